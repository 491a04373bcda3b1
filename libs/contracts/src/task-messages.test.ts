import { describe, expect, test } from "vitest";
import { cloudEventSchema } from "./events.ts";
import {
  claimAnswerSchema,
  claimRequestSchema,
  type Grant,
  reportRequestSchema,
  resolvedInputSchema,
  showRequestSchema,
} from "./task-messages.ts";
import { INLINE_LIMIT_BYTES, LIVE_LIMIT_BYTES, valueRefSchema } from "./value-ref.ts";

const id = "0197a3c4-1f2e-7abc-8def-0123456789ab";
const token = "ab".repeat(16);
const hash = "c".repeat(64);
const claim = {
  v: 1,
  taskRunId: id,
  claimId: token,
  pool: "cpu",
  worker: "host/1",
  serves: [hash],
};
const report = { v: 1, taskRunId: id, claimId: token, outcome: "succeeded" };
const inline = {
  kind: "inline",
  valueHash: hash,
  codec: "devalue",
  sizeBytes: 3,
  encoding: "utf8",
  data: "[1]",
};

describe("a claim", () => {
  test("is read as it is", () => {
    expect(claimRequestSchema.parse(claim)).toEqual(claim);
  });

  test.for([
    ["another version", { v: 2 }],
    ["no token", { claimId: undefined }],
    ["a pool that is none", { pool: "a.b" }],
    ["a nameless worker", { worker: "" }],
    ["a version that is no hash", { serves: ["1"] }],
  ] as const)("of %s is refused", ([, change]) => {
    expect(claimRequestSchema.safeParse({ ...claim, ...change }).success).toBe(false);
  });

  test("has exactly one of five answers", () => {
    const grant = {
      verdict: "granted",
      taskRunId: id,
      claimId: token,
      runId: id,
      attempt: 1,
      flow: "f",
      version: hash,
      call: "a",
      task: "a",
      pool: "cpu",
      inputs: {},
      outputs: ["x"],
      cache: false,
      leaseMs: 15_000,
      configs: {},
    };
    const read: Partial<Grant> = claimAnswerSchema.parse(grant) as Grant;

    expect(read).toEqual(grant);
    expect(claimAnswerSchema.safeParse({ verdict: "perhaps" }).success).toBe(false);
    expect(claimAnswerSchema.safeParse({ ...grant, attempt: 0 }).success).toBe(false);
  });
});

describe("a report", () => {
  test("needs no more than its token and outcome", () => {
    expect(reportRequestSchema.parse(report)).toEqual({
      ...report,
      outputs: {},
      artifacts: [],
      retryable: false,
      nodeCount: 0,
    });
  });

  test("carries an error with its causes", () => {
    const error = {
      code: "user/bad",
      message: "no",
      node: "n",
      cause: { code: "unknown", message: "why" },
    };

    expect(reportRequestSchema.parse({ ...report, error }).error).toEqual(error);
  });

  test("of an outcome that is none is refused", () => {
    expect(reportRequestSchema.safeParse({ ...report, outcome: "SUCCEEDED" }).success).toBe(false);
  });
});

describe("an input", () => {
  test("is JSON, a value of another task, or a record of both", () => {
    const input = {
      kind: "record",
      of: {
        rate: { kind: "json", value: 1 },
        rows: { kind: "value", ref: inline, from: { taskRunId: id, attempt: 1, output: "rows" } },
      },
    };

    expect(resolvedInputSchema.parse(input)).toEqual(input);
  });
});

describe("a reference to a value", () => {
  const { encoding: _encoding, data: _data, ...common } = inline;

  test("holds the bytes, or the hash under which they are", () => {
    const blob = { ...common, kind: "blob", blobHash: hash };

    expect(valueRefSchema.parse(inline)).toEqual(inline);
    expect(valueRefSchema.parse(blob)).toEqual(blob);
    expect(INLINE_LIMIT_BYTES).toBe(65_536);
  });

  test.for(["../../etc/passwd", hash.toUpperCase(), hash.slice(1)])(
    "refuses %j as a key: it could leave the store",
    (blobHash) => {
      const parsed = valueRefSchema.safeParse({ ...common, kind: "blob", blobHash });

      expect(parsed.success).toBe(false);
    },
  );
});

describe("an event", () => {
  test("is a CloudEvent 1.0 with a source, an id and a type", () => {
    const event = { specversion: "1.0", id: "1", source: "shop", type: "dataset.updated" };

    expect(cloudEventSchema.parse(event)).toEqual(event);
    expect(cloudEventSchema.safeParse({ ...event, id: "" }).success).toBe(false);
    expect(cloudEventSchema.safeParse({ ...event, specversion: "0.3" }).success).toBe(false);
    expect(cloudEventSchema.safeParse({ ...event, time: "yesterday" }).success).toBe(false);
  });
});

describe("an artifact that is shown", () => {
  const base64 = (sizeBytes: number): string => Buffer.alloc(sizeBytes, 7).toString("base64");
  const artifact = {
    key: "chart",
    kind: "chart",
    mediaType: "image/svg+xml",
    sequence: 1,
    body: base64(3),
  };
  const show = { v: 1, taskRunId: id, claimId: token, artifact };

  test("holds 64 KiB and not a block of base64 more", () => {
    const of = (sizeBytes: number) => ({
      ...show,
      artifact: { ...artifact, body: base64(sizeBytes) },
    });

    expect(showRequestSchema.parse(show)).toEqual(show);
    expect(showRequestSchema.safeParse(of(LIVE_LIMIT_BYTES)).success).toBe(true);
    expect(showRequestSchema.safeParse(of(LIVE_LIMIT_BYTES + 3)).success).toBe(false);
  });

  test.for([
    ["no token", { ...show, claimId: undefined }],
    ["no place in the order", { ...show, artifact: { ...artifact, sequence: 0 } }],
    ["bytes that are no base64", { ...show, artifact: { ...artifact, body: "<svg>" } }],
  ] as const)("with %s is refused", ([, message]) => {
    expect(showRequestSchema.safeParse(message).success).toBe(false);
  });
});
