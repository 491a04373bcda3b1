export { commonEnv, type CommonEnvFields } from "./common-env.ts";
export { describeEnv, envTable, type EnvVariable } from "./describe-env.ts";
export { ConfigError, type ConfigProblem } from "./errors.ts";
export { type Env, readEnv } from "./read-env.ts";
