import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";

const root = join(import.meta.dirname, "..");

describe("the README", () => {
  test("shows a program that runs", async () => {
    await mkdir(join(root, ".weirflow"), { recursive: true });
    const folder = await mkdtemp(join(root, ".weirflow", "readme-"));
    onTestFinished(async () => await rm(folder, { recursive: true }));
    const [, program = ""] =
      /^```ts\n(.*?)^```$/ms.exec(await readFile(join(root, "README.md"), "utf8")) ?? [];
    await writeFile(join(folder, "program.ts"), program);
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => log.mockRestore());

    await import(pathToFileURL(join(folder, "program.ts")).href);

    expect(log.mock.calls).toEqual([
      [{ of: { kind: "param", path: ["of"] } }],
      [{ ok: true, value: { of: 8 } }],
      [expect.any(Date)],
    ]);
  });
});
