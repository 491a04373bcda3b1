import { commonEnv, type Env, readEnv } from "@weirflow/config";
import * as z from "zod";

const postgres = z.url({ protocol: /^postgres(?:ql)?$/ });
const { WEIR_HEALTH_PORT: _ownPort, ...shared } = commonEnv; // health is answered on the gateway's own port

/** The variables of this service. */
export const configSchema = z.object({
  ...shared,
  WEIR_DATABASE_URL: postgres
    .default("postgres://postgres@127.0.0.1:5432/weirflow")
    .describe("The Postgres database that holds runs, deployments and configs."),
  WEIR_LINEAGE_DATABASE_URL: postgres
    .default("postgres://postgres@127.0.0.1:5432/weirflow_lineage")
    .describe("The Postgres database that keeps lineage and logs."),
  WEIR_MIGRATE: z
    .stringbool()
    .default(true)
    .describe("Whether the schemas of both databases are brought up to date at start."),
  WEIR_GATEWAY_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address that the API listens on; anything but loopback demands WEIR_API_TOKEN."),
  WEIR_GATEWAY_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(4280)
    .describe("Port of the API, and of /livez, /readyz and /metrics; 0 takes any free one."),
  WEIR_API_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe("What callers send as `Authorization: Bearer …`, at least 16 characters; a secret."),
  WEIR_VALUES_URL: z
    .string()
    .default(".weirflow/values")
    .describe("The value store: a folder, `file:///folder`, or `nats:`."),
  WEIR_VALUES_SHARED: z
    .stringbool()
    .default(false)
    .describe("Says that every service sees the folder of the value store, wherever NATS is."),
  WEIR_GRACE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(5_000)
    .describe(
      "How long a cancelled task may take before it is given up without its worker, twice.",
    ),
  WEIR_TRIGGER_SUBJECTS: z
    .string()
    .default("ingest.>")
    .transform((list) => list.split(",").map((subject) => subject.trim()))
    .describe("Outside subjects that may start runs, separated by commas."),
});

/** The environment, as one typed object. */
export type GatewayConfig = z.output<typeof configSchema>;

/** @throws ConfigError `config/invalid` listing every problem at once. */
export function readConfig(env: Env): GatewayConfig {
  return readEnv(configSchema, env);
}
