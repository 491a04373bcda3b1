import { execFile, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { quietContext } from "@weirflow/dataflow";
import { describe, expect, test, vi } from "vitest";
import { loadDuckdb } from "./load-duckdb.ts";
import { streamDuckdb } from "./stream-duckdb.ts";

const ENDLESS = "select count(*) as n from range(1_000_000_000_000) t(i) where hash(i) % 7 = 3";

/** The processes that one has started, from any thread, and that are not over; as Linux tells. */
async function children(of = process.pid): Promise<readonly string[]> {
  const tasks = await readdir(`/proc/${of}/task`);
  const lists = await Promise.all(
    tasks.map(async (task) => await textOf(`/proc/${of}/task/${task}/children`)),
  );
  return await living(lists.flatMap((pids) => pids.split(" ").filter(Boolean)));
}

async function living(pids: readonly string[]): Promise<readonly string[]> {
  const stats = await Promise.all(pids.map(async (pid) => await textOf(`/proc/${pid}/stat`)));
  // Z: it is over, but nobody asks for its code any more
  return pids.filter((_, i) => /\) [^Z]/.test(stats[i] ?? ""));
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}

const isLinux = process.platform === "linux";

describe("a query", () => {
  test.runIf(isLinux)("leaves no process behind, however it ends", async () => {
    const context = quietContext();
    await loadDuckdb({ sql: "select 1 as a" }, context);
    await expect(loadDuckdb({ sql: "selec" }, context)).rejects.toThrow();
    for await (const _ of await streamDuckdb({ sql: "from range(1_000_000)" }, context)) break;
    const aborted = loadDuckdb({ sql: ENDLESS }, quietContext(AbortSignal.timeout(100)));
    await expect(aborted).rejects.toThrow();

    expect(await children()).toEqual([]);
  });

  test.runIf(isLinux)("fails, and may be tried again, when its process is killed", async () => {
    const failed = loadDuckdb({ sql: ENDLESS }, quietContext());
    const settled = expect(failed).rejects.toMatchObject({
      code: "duckdb/ended",
      disposition: "retry",
      message: "the process of the query is gone: SIGKILL",
    });

    const pids = await vi.waitUntil(async () => {
      const found = await children();
      return found.length > 0 && found;
    });
    for (const pid of pids) process.kill(Number(pid), "SIGKILL");

    await settled;
  });

  test("does not take the process with it when its thread is ended", async () => {
    const program = `
      import { parentPort } from "node:worker_threads";
      import { streamDuckdb } from "@weirflow/duckdb";
      import { quietContext } from "@weirflow/dataflow";
      const sql = "select hash(i) % 8 as h from range(1_000_000_000_000) t(i)";
      for await (const _ of await streamDuckdb({ sql, batchRows: 1_000 }, quietContext()))
        parentPort.postMessage("rows");`;
    const script = `
      import { once } from "node:events";
      import { Worker } from "node:worker_threads";
      for (let i = 0; i < 3; i += 1) {
        const execArgv = ["--conditions=@weirflow/source", "--input-type=module"];
        const thread = new Worker(${JSON.stringify(program)}, { eval: true, execArgv });
        await once(thread, "message");
        await thread.terminate();
      }
      console.log("alive");`;

    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", script],
      { cwd: import.meta.dirname },
    );

    expect(stdout).toBe("alive\n");
  });

  test.runIf(isLinux)("ends with the thread that asked it", async () => {
    const program = `
      import { loadDuckdb } from "@weirflow/duckdb";
      import { quietContext } from "@weirflow/dataflow";
      await loadDuckdb({ sql: ${JSON.stringify(ENDLESS)} }, quietContext());`;
    const thread = new Worker(program, {
      eval: true,
      execArgv: ["--conditions=@weirflow/source", "--input-type=module"],
    });
    await vi.waitUntil(async () => (await children()).length === 1, { timeout: 20_000 });

    await thread.terminate();

    await vi.waitUntil(async () => (await children()).length === 0, { timeout: 20_000 });
  });

  test.runIf(isLinux)("ends with the process that asked it, however that ends", async () => {
    const program = `
      import { loadDuckdb } from "@weirflow/duckdb";
      import { quietContext } from "@weirflow/dataflow";
      await loadDuckdb({ sql: ${JSON.stringify(ENDLESS)} }, quietContext());`;
    const args = ["--conditions=@weirflow/source", "--input-type=module", "-e", program];
    const asking = spawn(process.execPath, args, { cwd: import.meta.dirname });
    const pids = await vi.waitUntil(
      async () => {
        const found = await children(asking.pid);
        return found.length > 0 && found;
      },
      { timeout: 20_000 },
    );

    asking.kill("SIGKILL");

    await vi.waitUntil(async () => (await living(pids)).length === 0, { timeout: 20_000 });
  });
});
