import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { graphFrom } from "@weirflow/dataflow";
import { recordFlow } from "@weirflow/flow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "weirflow";

const root = join(import.meta.dirname, "..");
let folder = "";

/** Writes the files of the README where they find `weirflow`. */
beforeAll(async () => {
  await mkdir(join(root, ".weirflow"), { recursive: true });
  folder = await mkdtemp(join(root, ".weirflow", "readme-"));
  const readme = await readFile(join(root, "README.md"), "utf8");
  for (const [, name = "", code = ""] of readme.matchAll(/^```ts (\S+)\n(.*?)^```$/gms))
    await writeFile(join(folder, name), code);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function load(name: string): Promise<object> {
  return await import(pathToFileURL(join(folder, name)).href);
}

describe("the README", () => {
  test("shows a module whose graph runs without any server", async () => {
    const greet = await load("greeting.ts");

    const plan = graphFrom([greet]).plan(["greeting"]);

    expect(await plan.run({ name: " Ada " })).toEqual({ greeting: "Hello, Ada." });
    expect(await plan.run({ name: "Ada", loud: true })).toEqual({ greeting: "HELLO, ADA!" });
  });

  test("shows a flow that can be deployed", async () => {
    const { hello } = (await load("flow.ts")) as { readonly hello: Flow };

    const { calls, schedules } = recordFlow(hello);

    expect(calls.map(({ id, inputs }) => [id, Object.keys(inputs)])).toEqual([
      ["greetByName", ["name", "loud"]],
    ]);
    expect(schedules).toMatchObject([{ kind: "daily", at: "06:00" }]);
  });
});
