import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type EmbeddedPostgres, startPostgres } from "@weirflow/embedded";
import { scratchFolder } from "./scratch-folder.ts";

/** A Postgres of one test worker: it forgets everything when it stops, and does not wait for disks. */
export interface TestPostgres extends AsyncDisposable {
  /** For faults: `kill`, `restart`. */
  readonly server: EmbeddedPostgres;
  /**
   * Creates a database that nobody else uses.
   *
   * @param template - a database to copy, to which nobody is connected. @default an empty one
   * @returns its URL.
   */
  freshDatabase(template?: string): Promise<string>;
}

/** Nothing has to survive a power cut. */
const FAST = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  io_method: "sync",
  shared_buffers: "64MB",
};

/**
 * Starts a Postgres in a folder of its own, which disposing removes.
 *
 * @example
 * await using postgres = await startTestPostgres(signal);
 * const url = await postgres.freshDatabase();
 */
export async function startTestPostgres(signal: AbortSignal): Promise<TestPostgres> {
  const dataDir = await scratchFolder("postgres");
  const template = join(dirname(dataDir), `weirflow-template-${process.getuid?.() ?? "any"}`);
  const server = await startPostgres({ dataDir, settings: FAST, auth: "trust", template, signal });
  return {
    server,
    freshDatabase: async (from) => {
      const name = `test_${randomBytes(6).toString("hex")}`;
      await server.createDatabase(name, from);
      return server.url(name);
    },
    [Symbol.asyncDispose]: async () => {
      await server.kill("SIGQUIT");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
