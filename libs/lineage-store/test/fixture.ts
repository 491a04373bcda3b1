import { randomBytes, randomUUID } from "node:crypto";
import {
  type LineageChunk,
  lineageChunkSchema,
  type LineageHeader,
  type NodeExecution,
} from "@weirflow/contracts";
import { serverTest } from "@weirflow/testing";
import { type LineageStore, openLineageStore } from "../src/lineage-store.ts";
import { migrateLineage } from "../src/migrate-lineage.ts";

/** A signal that nobody aborts. */
export const { signal } = new AbortController();

/** A test with a migrated, empty lineage store. */
export const lineageTest = serverTest.extend(
  "store",
  async ({ databaseUrl }, { onCleanup }): Promise<LineageStore> => {
    const store = openLineageStore({ url: databaseUrl });
    onCleanup(async () => await store[Symbol.asyncDispose]());
    await migrateLineage(store, signal);
    return store;
  },
);

/** 64 hex digits that stand for one content. */
export const hashOf = (letter: string): string => letter.repeat(64).slice(0, 64);

/** A new id of a run, made at this instant. */
export function uuid7(at: Date = new Date()): string {
  const hex = at.getTime().toString(16).padStart(12, "0") + randomBytes(10).toString("hex");
  const tail = `7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${tail}`;
}

/** What a test says of an attempt; the rest has defaults. */
export interface AttemptGiven {
  readonly runId?: string;
  readonly taskRunId?: string;
  readonly attempt?: number;
  readonly claimId?: string;
  readonly call?: string;
  readonly header?: Partial<LineageHeader>;
  readonly nodes?: readonly NodeExecution[];
}

/** A succeeded node with this value. */
export function node(
  name: string,
  valueHash: string,
  more: Partial<NodeExecution> = {},
): NodeExecution {
  return {
    node: name,
    state: "succeeded",
    startUs: 10,
    durationUs: 5,
    valueHash,
    cacheKey: hashOf("7"),
    sizeBytes: 8,
    ...more,
  };
}

/** The whole lineage of an attempt in one chunk: `total = doubled + 1`, `doubled = base * 2`. */
export function attemptChunk(given: AttemptGiven = {}): LineageChunk {
  const { call = "compute", attempt = 1 } = given;
  return lineageChunkSchema.parse({
    v: 1,
    runId: given.runId ?? uuid7(),
    taskRunId: given.taskRunId ?? randomUUID(),
    attempt,
    claimId: given.claimId ?? randomBytes(16).toString("hex"),
    chunk: 0,
    chunks: 1,
    header: { ...header(call), ...given.header },
    nodes: given.nodes ?? [node("doubled", hashOf("d")), node("total", hashOf("e"))],
  });
}

function header(call: string): object {
  return {
    flow: "sums",
    version: hashOf("f"),
    call,
    task: call,
    pool: "cpu",
    graphHash: hashOf("1"),
    graph: {
      nodes: [
        { name: "base", kind: "input", dependencies: [] },
        {
          name: "doubled",
          kind: "function",
          dependencies: [{ name: "base", required: true }],
          codeVersion: hashOf("2"),
          source: "({ base }) => base * 2",
          module: "sums",
          file: "sums.ts",
          line: 1,
          endLine: 1,
        },
        {
          name: "total",
          kind: "function",
          dependencies: [{ name: "doubled", required: true }],
          codeVersion: hashOf("3"),
          tags: { owner: "data" },
        },
      ],
      edges: [
        ["base", "doubled"],
        ["doubled", "total"],
      ],
    },
    startedAt: "2026-03-02T10:00:00.000Z",
    endedAt: "2026-03-02T10:00:01.000Z",
    outcome: "succeeded",
    worker: "test/1",
    configs: { training: { name: "training", version: 3 } },
    inputs: [{ name: "base", valueHash: hashOf("b") }],
    outputs: [
      {
        name: "total",
        ref: {
          kind: "inline",
          valueHash: hashOf("e"),
          codec: "devalue",
          sizeBytes: 8,
          encoding: "utf8",
          data: "[3]",
        },
      },
    ],
  };
}
