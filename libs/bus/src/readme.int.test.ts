import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serverTest as test } from "@weirflow/testing";
import { describe, expect, onTestFinished, vi } from "vitest";

const root = join(import.meta.dirname, "..");

describe("the README", () => {
  test("shows a program that runs", async ({ nats }) => {
    await mkdir(join(root, ".weirflow"), { recursive: true });
    const folder = await mkdtemp(join(root, ".weirflow", "readme-"));
    onTestFinished(async () => await rm(folder, { recursive: true }));
    const [, program = ""] =
      /^```ts\n(.*?)^```$/ms.exec(await readFile(join(root, "README.md"), "utf8")) ?? [];
    await writeFile(
      join(folder, "program.ts"),
      program.replace("nats://127.0.0.1:4222", () => nats.url),
    );
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => log.mockRestore());

    await import(pathToFileURL(join(folder, "program.ts")).href);

    expect(log.mock.calls).toEqual([["hello"]]);
  });
});
