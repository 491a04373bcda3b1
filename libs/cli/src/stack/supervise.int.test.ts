import { eventually } from "@weirflow/testing";
import { describe, expect, test } from "vitest";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { supervise } from "./supervise.ts";

/** Says its pid and lives until it is asked to stop. */
const STAYS = `console.log("up", process.pid); setInterval(() => {}, 1000);`;
/** The same, and says so when it drains. */
const DRAINS = `process.on("SIGTERM", () => { console.log("drained"); process.exit(0); });${STAYS}`;

function watched(code: string, drainMs?: number) {
  const lines: string[] = [];
  const restarts: string[] = [];
  const program = supervise({
    args: ["-e", code],
    env: {},
    onLine: (line) => lines.push(line),
    onRestart: (reason) => restarts.push(reason),
    ...(drainMs === undefined ? {} : { drainMs }),
  });
  return { lines, restarts, program };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("supervise", () => {
  test("starts a program again when it was killed", async () => {
    const { lines, restarts, program } = watched(STAYS);
    await using _ = program;
    await eventually(() => lines.length === 1);
    const [first] = lines;

    process.kill(program.pid() ?? 0, "SIGKILL");
    await eventually(() => lines.length === 2);

    expect(restarts).toEqual(["it was ended by SIGKILL"]);
    expect(lines[1]).toBe(`up ${program.pid()}`);
    expect(lines[1]).not.toBe(first);
  });

  test("says with which code it ended, and pauses ever longer", async () => {
    const { restarts, program } = watched("process.exit(7)");
    await using _ = program;

    await eventually(() => restarts.length >= 3);

    expect(new Set(restarts)).toEqual(new Set(["it ended with code 7"]));
  });

  test("drains it when disposed, once for all who ask, and does not start it again", async () => {
    const { lines, restarts, program } = watched(DRAINS);
    await eventually(() => lines.length === 1);

    await Promise.all([program[Symbol.asyncDispose](), program[Symbol.asyncDispose]()]);

    expect(lines).toEqual([expect.stringMatching(/^up/), "drained"]);
    expect(restarts).toEqual([]);
    expect(isAlive(program.pid() ?? 0)).toBe(false);
  });

  test("ends it with all that it started when it does not drain in time", async () => {
    const stubborn = `process.on("SIGTERM", () => {});
      const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
      console.log("child", child.pid); setInterval(() => {}, 1000);`;
    const { lines, program } = watched(stubborn, 100);
    await eventually(() => lines.length === 1);
    const grandchild = Number(lines[0]?.split(" ")[1]);

    await program[Symbol.asyncDispose]();

    await eventually(() => !isAlive(grandchild));
    expect(isAlive(program.pid() ?? 0)).toBe(false);
  });

  test("stops while it pauses before a restart", async () => {
    const { restarts, program } = watched("process.exit(1)");
    await eventually(() => restarts.length === 1);

    await program[Symbol.asyncDispose]();

    expect(restarts.length).toBeLessThanOrEqual(2);
  });

  test("lets the program drain when the supervisor itself was killed", async () => {
    const entry = pathToFileURL(join(import.meta.dirname, "supervise.ts")).href;
    const supervisor = spawn(process.execPath, [
      "--conditions=@weirflow/source",
      "--input-type=module",
      "-e",
      `const { supervise } = await import(${JSON.stringify(entry)});
       supervise({ args: ["-e", ${JSON.stringify(STAYS)}], env: {}, onRestart: () => {},
         onLine: (line) => console.log(line) });`,
    ]);
    const [line] = (await once(supervisor.stdout, "data")) as [Buffer];
    const pid = Number(line.toString().trim().split(" ")[1]);
    expect(isAlive(pid)).toBe(true);

    supervisor.kill("SIGKILL");

    await eventually(() => !isAlive(pid));
  });
});
