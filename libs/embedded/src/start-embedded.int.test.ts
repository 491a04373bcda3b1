import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test as base, describe, expect } from "vitest";
import { eventually, scratchFolder } from "@weirflow/testing";
import { isAlive } from "./process-info.ts";
import { shelterFor } from "./postgres/reachable.ts";
import { startEmbedded } from "./start-embedded.ts";

const signal = new AbortController().signal;
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** Starts both servers, prints their process ids and holds them until its input ends. */
const HOLDER = `
import { startEmbedded } from "@weirflow/embedded";
const signal = AbortSignal.timeout(30_000);
await using servers = await startEmbedded({ dir: process.argv[1], signal });
const { postgres, nats } = servers;
console.log(JSON.stringify({ postgres: postgres.pid, nats: nats.pid }));
for await (const _ of process.stdin);
`;

interface Holder {
  readonly child: ChildProcess;
  readonly postgres: number;
  readonly nats: number;
}

async function hold(dir: string, options: { uid?: number; path?: string } = {}): Promise<Holder> {
  const { uid, path = process.env["PATH"] } = options;
  const flags = ["--conditions=@weirflow/source", "--input-type=module", "-e", HOLDER, dir];
  const child = spawn(process.execPath, flags, {
    cwd: join(import.meta.dirname, ".."),
    env: { ...process.env, PATH: path },
    stdio: ["pipe", "pipe", "inherit"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, ...(JSON.parse(line) as { postgres: number; nats: number }) };
}

async function letGo({ child }: Holder): Promise<void> {
  child.stdin?.end();
  await once(child, "exit");
}

/** The user that a process runs as, seen from outside. */
function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("dir", async ({}, { onCleanup }) => {
  const folder = await scratchFolder("pair");
  onCleanup(() => rmSync(folder, { recursive: true }));
  return folder;
});

describe("startEmbedded", () => {
  test("starts both, writes their logs, and stops both", async ({ dir }) => {
    const servers = await startEmbedded({ dir, signal });

    await servers[Symbol.asyncDispose]();

    expect(isAlive(servers.postgres.pid) || isAlive(servers.nats.pid)).toBe(false);
    expect(readFileSync(join(dir, "postgres.log"), "utf8")).toContain(
      "ready to accept connections",
    );
    expect(readFileSync(join(dir, "nats.log"), "utf8")).toContain("Server is ready");
  });

  test("stops the one that started when the other cannot", async ({ dir }) => {
    const env = { ...process.env, NATS_SERVER_BIN: "/nowhere/nats-server" };

    await expect(startEmbedded({ dir, signal, env })).rejects.toMatchObject({
      code: "embedded/nats-missing",
    });

    expect(readFileSync(join(dir, "postgres.log"), "utf8")).toContain(
      "database system is shut down",
    );
  });

  test("uses the pair of another process, and leaves it to that one", async ({ dir }) => {
    const holder = await hold(dir);
    {
      await using guest = await startEmbedded({ dir, signal });
      expect(guest.postgres).toMatchObject({ isOwner: false, pid: holder.postgres });
      expect(guest.nats).toMatchObject({ isOwner: false, pid: holder.nats });
    }
    expect(isAlive(holder.postgres) && isAlive(holder.nats)).toBe(true);

    await letGo(holder);

    expect(isAlive(holder.postgres) || isAlive(holder.nats)).toBe(false);
  });

  test("leaves no server behind when its process is killed", async ({ dir }) => {
    const { child, postgres, nats } = await hold(dir);

    child.kill("SIGKILL");

    await eventually(() => !isAlive(postgres) && !isAlive(nats));
    await using servers = await startEmbedded({ dir, signal });
    expect(servers.postgres.isOwner && servers.nats.isOwner).toBe(true);
  });

  test.runIf(isRoot)("runs as an ordinary user", async ({ dir }) => {
    chownSync(dir, NOBODY, NOBODY);

    const holder = await hold(dir, { uid: NOBODY });

    expect(userOf(holder.postgres)).toBe(NOBODY);
    await letGo(holder);
  });

  test.runIf(isRoot)(
    "runs Postgres as nobody where root cannot make a namespace",
    async ({ dir }) => {
      chmodSync(dir, 0o755);
      const holder = await hold(dir, { path: "/nowhere" });

      expect(userOf(holder.postgres)).toBe(NOBODY);
      expect(statSync(join(dir, "postgres/data")).uid).toBe(NOBODY);
      await letGo(holder);
    },
  );

  test.runIf(isRoot)("goes on as the user that made the data folder", async ({ dir }) => {
    chmodSync(dir, 0o755);
    await letGo(await hold(dir, { path: "/nowhere" }));

    const holder = await hold(dir);

    expect(userOf(holder.postgres)).toBe(NOBODY);
    await letGo(holder);
  });

  test.runIf(isRoot)("finds another place when nobody cannot reach the folder", async ({ dir }) => {
    const hidden = join(dir, "hidden");
    mkdirSync(hidden, { mode: 0o700 });

    const holder = await hold(join(hidden, "weirflow"), { path: "/nowhere" });

    expect(userOf(holder.postgres)).toBe(NOBODY);
    await letGo(holder);
    rmSync(await shelterFor(join(hidden, "weirflow/postgres/data")), { recursive: true });
  });
});
