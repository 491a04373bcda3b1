export {
  DatabaseAdminError,
  FolderLockedError,
  NatsServerMissingError,
  PostgresMissingError,
  type RefusedSource,
  ServerStartError,
  ServerUnresponsiveError,
} from "./errors.ts";
export { freePort } from "./free-port.ts";
export { machineEnv, type MachineEnv } from "./machine-env.ts";
export type { EmbeddedNats } from "./nats/nats-server.ts";
export {
  type NatsServerProgram,
  resolveNatsServer,
  type ResolveNatsOptions,
} from "./nats/resolve-nats-server.ts";
export { type NatsOptions, startNats } from "./nats/start-nats.ts";
export { MINIMUM_NATS_VERSION } from "./nats/version.ts";
export type { EmbeddedPostgres } from "./postgres/postgres-server.ts";
export { type PostgresOptions, startPostgres } from "./postgres/start-postgres.ts";
export { type EmbeddedOptions, type EmbeddedServers, startEmbedded } from "./start-embedded.ts";
