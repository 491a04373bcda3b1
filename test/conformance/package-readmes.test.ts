import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ROOT } from "../support/service-process.ts";

/** Packages whose README begins with a program of several files, and how many lines that prints. */
const readmes = [
  ["libs/check", 3],
  ["libs/threads", 1],
] as const;

test.each(readmes)(
  "the README of %s begins with a program that prints what it says",
  async (path, lines) => {
    const readme = await readFile(join(ROOT, path, "README.md"), "utf8");
    const programs = [...readme.matchAll(/```ts\n(\/\/ (\S+)\n.*?)```/gs)];
    const folder = await mkdtemp(join(ROOT, path, ".readme-"));
    try {
      for (const [, text = "", name = ""] of programs) await writeFile(join(folder, name), text);

      const main = ["--conditions=@weirflow/source", join(folder, "main.ts")];
      const { stdout } = await promisify(execFile)(process.execPath, main);

      const [, body = ""] = (programs.at(-1)?.[1] ?? "").split("// main.ts");
      const promised = [...body.matchAll(/\/\/ (.*)$/gm)].map(([, line]) => line);
      expect(promised).toHaveLength(lines);
      expect(stdout.trim().split("\n")).toEqual(promised);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
