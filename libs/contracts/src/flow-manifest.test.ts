import { describe, expect, test } from "vitest";
import { flowManifestSchema } from "./flow-manifest.ts";

const call = {
  id: "train",
  task: "train",
  pool: "gpu",
  inputs: { rows: { kind: "output", call: "prepare", output: "rows" } },
  outputs: ["model"],
  needs: ["prepare"],
  graph: { nodes: [], edges: [] },
};
const manifest = {
  flow: "absenteeism",
  version: "a".repeat(64),
  paramsSchema: { type: "object" },
  configs: { training: { name: "training", schema: {} } },
  calls: [call],
  results: { model: { kind: "output", call: "train", output: "model" } },
  schedules: [{ kind: "daily", slug: "six", at: "06:00" }],
  triggers: [{ slug: "t", kind: "event", of: "dataset.updated" }],
};
const problemsOf = (change: object): readonly string[] => {
  const parsed = flowManifestSchema.safeParse({ ...manifest, ...change });
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join("."));
};

describe("a manifest", () => {
  test("is read with the defaults of what it leaves out", () => {
    const parsed = flowManifestSchema.parse(manifest);

    expect(parsed.calls[0]).toMatchObject({
      retries: { limit: 0, delaysMs: [1_000] },
      cache: false,
      concurrency: [],
    });
    expect(parsed.schedules[0]).toMatchObject({
      timeZone: "UTC",
      catchUp: "latest",
      overlap: "allow",
      params: {},
    });
    expect(parsed.triggers[0]).toMatchObject({ match: {}, params: {}, dataAsParams: false });
  });

  test("read and written again is the same", () => {
    const parsed = flowManifestSchema.parse(manifest);

    expect(flowManifestSchema.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
  });

  test.for([
    ["a flow's name that cannot be a token", { flow: "a b" }, "flow"],
    ["a version that is no hash", { version: "1" }, "version"],
    ["a pool that widens a subject", { calls: [{ ...call, pool: "*" }] }, "calls.0.pool"],
    [
      "a time that is none",
      { schedules: [{ kind: "daily", slug: "s", at: "24:00" }] },
      "schedules.0.at",
    ],
    [
      "too many retries",
      { calls: [{ ...call, retries: { limit: 101 } }] },
      "calls.0.retries.limit",
    ],
    [
      "no pause before retries",
      { calls: [{ ...call, retries: { delaysMs: [] } }] },
      "calls.0.retries.delaysMs",
    ],
    ["a timeout of nothing", { calls: [{ ...call, timeoutMs: 0 }] }, "calls.0.timeoutMs"],
    ["an expression of no kind", { results: { x: { kind: "code" } } }, "results.x.kind"],
  ] as const)("with %s is refused there", ([, change, path]) => {
    expect(problemsOf(change)).toEqual([path]);
  });

  test("reads expressions as deep as they are", () => {
    const text = { kind: "text", parts: ["a ", ""], of: [{ kind: "param", path: ["x"] }] };
    const results = { all: { kind: "record", of: { text, one: { kind: "value", value: [1] } } } };

    expect(flowManifestSchema.parse({ ...manifest, results }).results).toEqual(results);
  });
});
