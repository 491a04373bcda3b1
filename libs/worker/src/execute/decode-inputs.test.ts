import { createCodecs, encodeValue } from "@weirflow/values";
import { describe, expect, test } from "vitest";
import type { JobInput } from "../slot/slot-messages.ts";
import { decodeInputs } from "./decode-inputs.ts";
import { ValueHashes } from "./value-hashes.ts";

const codecs = createCodecs();
const decode = (inputs: Record<string, JobInput>) =>
  decodeInputs(inputs, codecs, new ValueHashes(codecs));

const made = (value: unknown, output: string): JobInput => {
  const { codec, bytes, valueHash } = encodeValue(value, codecs);
  return { kind: "value", codec, bytes, valueHash, from: { taskRunId: "up", attempt: 1, output } };
};

describe("decodeInputs", () => {
  test("reads JSON, values of other tasks, and records of both", () => {
    const ages = Float64Array.of(30, 40);

    const { values, recorded } = decode({
      n: { kind: "json", value: 3 },
      ages: made(ages, "ages"),
      options: {
        kind: "record",
        of: { rate: { kind: "json", value: 0.5 }, ages: made(ages, "a") },
      },
    });

    expect(values).toEqual({ n: 3, ages, options: { rate: 0.5, ages } });
    expect(recorded.map(({ name, from }) => [name, from?.output])).toEqual([
      ["n", undefined],
      ["ages", "ages"],
      ["options", undefined],
      ["options.ages", "a"],
    ]);
  });

  test("records the hash that the maker of a value gave it", () => {
    const input = made([1, 2], "list");

    const { recorded } = decode({ list: input });

    expect(recorded).toMatchObject([
      {
        name: "list",
        valueHash: input.kind === "value" ? input.valueHash : "",
        summary: { type: "array", preview: "[1, 2]", rows: 2 },
      },
    ]);
  });
});
