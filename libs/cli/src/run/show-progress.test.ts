import type { Client } from "@weirflow/client";
import { describe, expect, test } from "vitest";
import { createConsole } from "../console.ts";
import { showProgress } from "./show-progress.ts";

const task = (call: string, state: string, attempt = 1): object => ({ call, state, attempt });
const change = (
  isOver: boolean,
  taskRuns: readonly object[],
  progress: readonly object[] = [],
) => ({
  runChanged: { revision: 1, run: { isOver, taskRuns }, progress },
});

async function shown(...changes: readonly object[]): Promise<readonly string[]> {
  let out = "";
  const client: Pick<Client, "subscribe"> = {
    subscribe: async function* <T>() {
      for (const one of changes) yield await Promise.resolve(one as T); // the test knows the document
    },
  };
  await showProgress({
    // no other part of a client is used to watch a run
    client: client as Client,
    runId: "r",
    console: createConsole({
      isJson: false,
      isVerbose: false,
      out: { write: (text) => void (out += text) },
      err: { write: () => undefined },
    }),
    signal: new AbortController().signal,
  });
  return out
    .trimEnd()
    .split("\n")
    .map((line) => line.replaceAll(/ +/g, " "));
}

describe("showProgress", () => {
  test("says each change of a task once, with its nodes while it runs", async () => {
    const running = { call: "train", attempt: 1, nodesTotal: 9, text: null };
    const lines = await shown(
      change(false, [task("train", "READY")]),
      change(
        false,
        [task("train", "RUNNING")],
        [{ ...running, nodesDone: 2, running: ["a", "b"] }],
      ),
      change(
        false,
        [task("train", "RUNNING")],
        [{ ...running, nodesDone: 2, running: ["a", "b"] }],
      ),
      change(false, [task("train", "RUNNING")], [{ ...running, nodesDone: 8, running: [] }]),
      change(true, [task("train", "COMPLETED")]),
    );

    expect(lines).toEqual([
      "progress train READY",
      "progress train RUNNING 2/9 nodes a, b",
      "progress train RUNNING 8/9 nodes",
      "progress train COMPLETED",
    ]);
  });

  test("says which attempt it is from the second on, and shows no older one's nodes", async () => {
    const old = { call: "train", attempt: 1, nodesDone: 5, nodesTotal: 9, running: [], text: null };
    const lines = await shown(change(true, [task("train", "RUNNING", 2)], [old]));

    expect(lines).toEqual(["progress train RUNNING (attempt 2)"]);
  });

  test("shows what a node says of itself", async () => {
    const said = {
      call: "t",
      attempt: 1,
      nodesDone: 1,
      nodesTotal: 2,
      running: ["n"],
      text: "n: 3 of 4",
    };
    const lines = await shown(change(true, [task("t", "RUNNING")], [said]));

    expect(lines).toEqual(["progress t RUNNING 1/2 nodes n: 3 of 4"]);
  });
});
