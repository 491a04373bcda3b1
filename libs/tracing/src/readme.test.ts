import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

afterEach(() => {
  vi.restoreAllMocks();
});

test("the README begins with a program that prints what it says", async () => {
  const [, program = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const promised = [...program.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const file = join(import.meta.dirname, "program.readme.ts");
  writeFileSync(file, program);

  try {
    await import(/* @vite-ignore */ file);
  } finally {
    rmSync(file);
  }

  const printed = log.mock.calls.map((line: unknown[]) => line.join(" "));
  expect(printed).toEqual(promised);
  expect(promised).toHaveLength(3);
});
