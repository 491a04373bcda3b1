import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { ROOT } from "../support/service-process.ts";

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional() })),
});
const rootSchema = z.object({ allowScripts: z.record(z.string(), z.boolean()) });

const parsed = async <T>(file: string, schema: z.ZodType<T>): Promise<T> =>
  schema.parse(JSON.parse(await readFile(join(ROOT, file), "utf8")));

test("npm installs nothing of CUDA, and runs no install script that could fetch it", async () => {
  const { packages } = await parsed("package-lock.json", lockSchema);
  const { allowScripts } = await parsed("package.json", rootSchema);
  const npmrc = await readFile(join(ROOT, ".npmrc"), "utf8");

  const names = Object.keys(packages);
  expect(names.filter((name) => /cuda|tensorrt|tfjs-node/iu.test(name))).toEqual([]);
  const scripted = names
    .filter((name) => packages[name]?.hasInstallScript === true)
    .map((path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
  expect(scripted).toContain("onnxruntime-node");
  expect(Object.keys(allowScripts)).toEqual(expect.arrayContaining(scripted));
  expect(Object.values(allowScripts)).not.toContain(true);
  expect(npmrc).toMatch(/^ignore-scripts=true$/m);
});
