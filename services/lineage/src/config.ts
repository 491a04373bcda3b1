import { commonEnv, type Env, readEnv } from "@weirflow/config";
import * as z from "zod";

/** The variables of this service. */
export const configSchema = z.object({
  ...commonEnv,
  WEIR_HEALTH_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address that /livez and /readyz listen on."),
  WEIR_LINEAGE_DATABASE_URL: z
    .url({ protocol: /^postgres(?:ql)?$/ })
    .default("postgres://postgres@127.0.0.1:5432/weirflow_lineage")
    .describe("The Postgres database that keeps lineage and logs."),
  WEIR_LINEAGE_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(2)
    .default(5)
    .describe("Connections to the lineage database at most."),
});

/** The environment, as one typed object. */
export type LineageConfig = z.output<typeof configSchema>;

/** @throws ConfigError `config/invalid` listing every problem at once. */
export function readConfig(env: Env): LineageConfig {
  return readEnv(configSchema, env);
}
