import { artifactRefSchema, reportRequestSchema, valueRefSchema } from "@weirflow/contracts";
import { blobHash, type EncodedValue } from "@weirflow/values";
import { describe, expect, test } from "vitest";
import { storeResults } from "./store-results.ts";

const signal = new AbortController().signal;

function recordingStore() {
  const puts: Uint8Array[] = [];
  const put = async (bytes: Uint8Array): Promise<string> => {
    puts.push(bytes);
    return blobHash(bytes);
  };
  return { puts, put };
}

const value = (sizeBytes: number): EncodedValue => ({
  codec: "devalue",
  bytes: new Uint8Array(sizeBytes).fill(34),
  valueHash: "a".repeat(64),
  summary: { type: "string" },
});

describe("storeResults", () => {
  test("keeps small outputs inline until the budget of the attempt is spent", async () => {
    const { puts, put } = recordingStore();
    const outputs = ["a", "b", "c", "d"].map((name) => ({ name, value: value(60_000) }));

    const stored = await storeResults({ outputs, artifacts: [] }, { put }, signal);

    expect(Object.values(stored.outputs).map((ref) => ref.kind)).toEqual([
      "inline",
      "inline",
      "blob",
      "blob",
    ]);
    expect(puts).toHaveLength(2);
    for (const ref of Object.values(stored.outputs))
      expect(valueRefSchema.safeParse(ref).success).toBe(true);
  });

  test("makes reports that fit, whatever the bytes", async () => {
    const { put } = recordingStore();
    const outputs = Array.from({ length: 20 }, (_, i) => ({ name: `n${i}`, value: value(65_536) }));

    const stored = await storeResults({ outputs, artifacts: [] }, { put }, signal);

    const report = reportRequestSchema.parse({
      v: 1,
      taskRunId: "019b0000-0000-7000-8000-000000000002",
      claimId: "0".repeat(32),
      outcome: "succeeded",
      outputs: stored.outputs,
    });
    expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(524_288);
  });

  test("stores every artifact, small ones too", async () => {
    const { puts, put } = recordingStore();
    const bytes = new TextEncoder().encode("# Report");
    const artifact = { key: "report", kind: "markdown" as const, mediaType: "text/markdown" };

    const stored = await storeResults(
      { outputs: [], artifacts: [{ ...artifact, bytes }] },
      { put },
      signal,
    );

    expect(stored.artifacts).toEqual([{ ...artifact, blobHash: blobHash(bytes), sizeBytes: 8 }]);
    expect(artifactRefSchema.safeParse(stored.artifacts[0]).success).toBe(true);
    expect(puts).toEqual([bytes]);
  });
});
