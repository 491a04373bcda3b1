import { commonEnv, type Env, readEnv } from "@weirflow/config";
import * as z from "zod";

/** The variables of this service. */
export const configSchema = z.object({
  ...commonEnv,
  WEIR_HEALTH_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address that /livez, /readyz and /metrics listen on."),
  WEIR_DATABASE_URL: z
    .url({ protocol: /^postgres(?:ql)?$/ })
    .default("postgres://postgres@127.0.0.1:5432/weirflow")
    .describe("The Postgres database that holds runs, deployments and configs."),
  WEIR_MIGRATE: z
    .stringbool()
    .default(true)
    .describe("Whether the schema of the database is brought up to date at start."),
  WEIR_PROVISIONER_CREDENTIALS: z
    .string()
    .optional()
    .describe(
      "Seed of the nkey that may create streams and consumers; a secret. Unset: WEIR_NATS_CREDENTIALS.",
    ),
  WEIR_LEASE_MS: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(15_000)
    .describe(
      "How long a worker may be silent before its attempts count as crashed; the same for schedulers and workers.",
    ),
  WEIR_TRIGGER_SUBJECTS: z
    .string()
    .default("ingest.>")
    .transform((list) => list.split(",").map((subject) => subject.trim()))
    .describe("Outside subjects that may start runs, separated by commas."),
});

/** The environment, as one typed object. */
export type SchedulerConfig = z.output<typeof configSchema>;

/** @throws ConfigError `config/invalid` listing every problem at once. */
export function readConfig(env: Env): SchedulerConfig {
  return readEnv(configSchema, env);
}
