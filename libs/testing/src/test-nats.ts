import { rm } from "node:fs/promises";
import { type EmbeddedNats, type NatsOptions, startNats } from "@weirflow/embedded";
import { scratchFolder } from "./scratch-folder.ts";

/** What a test may ask of its nats-server. */
export type TestNatsOptions = Pick<NatsOptions, "configText" | "port" | "signal">;

/**
 * Starts a nats-server with an empty JetStream store in a folder of its own, which disposing removes.
 *
 * @example
 * await using nats = await startTestNats({ signal, configText: "max_payload: 1MB" });
 */
export async function startTestNats(options: TestNatsOptions): Promise<EmbeddedNats> {
  const dataDir = await scratchFolder("nats");
  const server = await startNats({ ...options, dataDir });
  const dispose = server[Symbol.asyncDispose].bind(server);
  server[Symbol.asyncDispose] = async () => {
    await dispose();
    await rm(dataDir, { recursive: true, force: true });
  };
  return server;
}
