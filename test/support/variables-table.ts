import { describeEnv, envTable } from "@weirflow/config";
import type { z } from "zod";
import { configSchema as cpuWorker } from "../../services/cpu-worker/src/config.ts";
import { configSchema as gateway } from "../../services/gateway/src/config.ts";
import { configSchema as gpuWorker } from "../../services/gpu-worker/src/config.ts";
import { configSchema as lineage } from "../../services/lineage/src/config.ts";
import { configSchema as scheduler } from "../../services/scheduler/src/config.ts";

const SERVICES: Readonly<Record<string, z.ZodObject>> = {
  scheduler,
  lineage,
  gateway,
  "cpu-worker": cpuWorker,
  "gpu-worker": gpuWorker,
};

/** The variables that every service reads, then those of each; Markdown, from the schemas that the services parse with. */
export function variablesTables(): string {
  const all = Object.entries(SERVICES).map(([name, schema]) => ({
    name,
    variables: describeEnv(schema),
  }));
  const isShared = (variable: string): boolean =>
    all.every(({ variables }) => variables.some(({ name }) => name === variable));
  const [first] = all;
  const shared = first?.variables.filter(({ name }) => isShared(name)) ?? [];
  const own = all.map(
    ({ name, variables }) =>
      `**${name}**\n\n${envTable(variables.filter((v) => !isShared(v.name)))}`,
  );
  return [`**every service**\n\n${envTable(shared)}`, ...own].join("\n\n");
}
