import { commonEnv, type Env, readEnv } from "@weirflow/config";
import { workerEnv } from "@weirflow/worker";
import * as z from "zod";

/** The variables of this service. */
export const configSchema = z.object({
  ...commonEnv,
  ...workerEnv({ pool: "cpu", concurrency: 2, slot: "thread" }),
});

/** The environment, as one typed object. */
export type CpuWorkerConfig = z.output<typeof configSchema>;

/** @throws ConfigError `config/invalid` listing every problem at once. */
export function readConfig(env: Env): CpuWorkerConfig {
  return readEnv(configSchema, env);
}
