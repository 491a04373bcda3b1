import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

test("the README begins with a program that prints what it says", async () => {
  const [, program = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const file = join(import.meta.dirname, "first.readme.ts");
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  writeFileSync(file, program);

  try {
    await import(/* @vite-ignore */ file);
  } finally {
    rmSync(file);
  }

  const promised = /console\.log\(.*\); \/\/ (.*)\n/.exec(program)?.[1];
  expect(log.mock.calls).toEqual([[promised]]);
});

test("the README lists every error with its code", () => {
  const errors = readFileSync(join(import.meta.dirname, "errors.ts"), "utf8");
  const codes = [...errors.matchAll(/class (\w+) extends WeirError \{\n.*code = "(.*?)"/g)];

  expect(codes).toHaveLength(8);
  for (const [, name, code] of codes)
    expect(readme).toMatch(new RegExp(`\`${code}\` +\\| \`${name}\``));
});
