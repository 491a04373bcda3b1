import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const programs = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program = ""]) => program);

/** Runs a program of the README as it stands there, and gives what it printed. */
async function printed(program: string, name: string): Promise<readonly unknown[]> {
  const file = join(import.meta.dirname, `${name}.readme.ts`);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  writeFileSync(file, program);
  try {
    await import(/* @vite-ignore */ file);
  } finally {
    rmSync(file);
  }
  return log.mock.calls.map(([first]: unknown[]) => first);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("README", () => {
  test("begins with a program that prints what it says", async () => {
    const promised = [...(programs[0] ?? "").matchAll(/; \/\/ (\{.*\})$/gm)].map(
      ([, text]) => text,
    );

    const results = await printed(programs[0] ?? "", "first");

    expect(results).toEqual([
      { forecast: 5, error: 6 },
      { forecast: 8, error: 1 },
    ]);
    expect(promised).toEqual(["{ forecast: 5, error: 6 }", "{ forecast: 8, error: 1 }"]);
  });

  test("shows a context that works", async () => {
    expect(await printed(programs[1] ?? "", "second")).toEqual(["0/2", "1/2"]);
  });

  test("shows checks that let a value through", async () => {
    expect(await printed(programs[2] ?? "", "checks")).toEqual([{ share: [0.2, 0.5] }]);
  });

  test("shows a schema that makes the value", async () => {
    expect(await printed(programs[3] ?? "", "schema")).toEqual([{ label: "5 EUR" }]);
  });

  test("shows a fan-out", async () => {
    expect(await printed(programs[4] ?? "", "fan-out")).toEqual([
      { longest: 3, mean: 2.5, length: [2, 2, 3, 3] },
    ]);
  });

  test("shows a run that goes on", async () => {
    expect(await printed(programs[5] ?? "", "going-on")).toEqual([
      [3, 'node "rome" failed: no answer'],
    ]);
  });

  test("shows what a graph tells of itself", async () => {
    expect(await printed(programs[6] ?? "", "search")).toEqual([
      ["cost", "rate", "price", "tax"],
      ["cost", "price"],
      [
        'the requested nodes take no input "coost"; did you mean "cost"?',
        'input "cost" is missing; did you mean "coost"?',
      ],
    ]);
  });
});
