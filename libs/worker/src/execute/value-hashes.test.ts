import { createCodecs } from "@weirflow/values";
import { describe, expect, test } from "vitest";
import { ValueHashes } from "./value-hashes.ts";

const hashes = (): ValueHashes => new ValueHashes(createCodecs());
const sum = { node: "sum", codeVersion: "v1", variant: "", inputs: { a: 1, b: [2] } };

describe("ValueHashes", () => {
  test("gives equal values equal hashes", () => {
    expect(hashes().of({ a: [1, 2] }, "k")).toBe(hashes().of({ a: [1, 2] }, "other"));
    expect(hashes().of(1, "k")).not.toBe(hashes().of("1", "k"));
    expect(hashes().of(1, "k")).toMatch(/^[0-9a-f]{64}$/);
  });

  test("names a value without a content hash after the computation that made it", () => {
    const some = hashes();
    const connection = { query: () => 1 };

    expect(some.of(connection, "key-1")).toBe("opaque:key-1");
    expect(some.of(connection, "key-2")).toBe("opaque:key-1");
    expect(some.of(() => 1, "key-3")).toBe("opaque:key-3");
  });

  test("keys a computation by node, code, branch and the content of what it takes", () => {
    const key = hashes().keyOf(sum);

    expect(hashes().keyOf({ ...sum, inputs: { b: [2], a: 1 } })).toBe(key);
    const others = [
      { ...sum, node: "total" },
      { ...sum, codeVersion: "v2" },
      { ...sum, variant: "task=regression" },
      { ...sum, inputs: { a: 1, b: [3] } },
      { ...sum, inputs: { a: 1, c: [2] } },
    ];
    expect(new Set([key, ...others.map((one) => hashes().keyOf(one))]).size).toBe(6);
  });
});
