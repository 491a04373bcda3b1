import { commonEnv, type Env, readEnv } from "@weirflow/config";
import { workerEnv } from "@weirflow/worker";
import * as z from "zod";

/** The variables of this service. */
export const configSchema = z.object({
  ...commonEnv,
  ...workerEnv({ pool: "gpu", concurrency: 1, slot: "process" }),
});

/** The environment, as one typed object. */
export type GpuWorkerConfig = z.output<typeof configSchema>;

/** @throws ConfigError `config/invalid` listing every problem at once. */
export function readConfig(env: Env): GpuWorkerConfig {
  return readEnv(configSchema, env);
}
