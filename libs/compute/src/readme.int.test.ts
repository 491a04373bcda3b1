import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { quietContext } from "./conformance/quiet-context.ts";
import { classSamples } from "./conformance/samples.ts";
import type { Model, Samples } from "./index.ts";

const root = join(import.meta.dirname, "..");
let folder = "";
let programs: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(root, ".readme-"));
  const readme = await readFile(join(root, "README.md"), "utf8");
  programs = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text = ""]) => text);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("the README begins with a program that runs", async () => {
  const file = join(folder, "main.ts");
  await writeFile(file, programs[0] ?? "");

  const command = ["--conditions=@weirflow/source", file];
  const { stdout } = await promisify(execFile)(process.execPath, command);

  expect(stdout).toMatch(/^Float32Array\(4\) \[ 3, 3, 3, 3 \] \{/);
  expect(stdout).toContain("version: '4.22.0'");
});

interface Nodes {
  model(inputs: { readonly samples: Samples }, context: object): Promise<Model>;
  answers(
    inputs: { readonly model: Model; readonly samples: Samples },
    context: object,
  ): Promise<{ readonly shape: readonly number[] }>;
}

test("its nodes train a model, and ask it", async () => {
  const file = join(folder, "nodes.ts");
  await writeFile(file, programs[1] ?? "");
  // what the README exports
  const nodes = (await import(pathToFileURL(file).href)) as Nodes;
  const samples = classSamples(40, [784], 10);

  const model = await nodes.model({ samples }, quietContext());
  const answers = await nodes.answers({ model, samples }, quietContext());

  expect(model.kind).toBe("weirflow.model");
  expect(answers.shape).toEqual([40, 10]);
});
