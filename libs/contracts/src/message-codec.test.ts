import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { jsonSchema } from "./json.ts";
import { decodeMessage, encodeMessage } from "./message-codec.ts";
import { workHintSchema } from "./task-messages.ts";

const taskRunId = "0197a3c4-1f2e-7abc-8def-0123456789ab";

describe("decodeMessage", () => {
  test("reads back any JSON that encodeMessage wrote", () => {
    // JSON does not keep -0, and zod drops keys that would reach a prototype.
    const json = fc
      .jsonValue()
      .map((value) => JSON.stringify(value))
      .filter((text) => !text.includes("__proto__"))
      .map((text): unknown => JSON.parse(text));
    fc.assert(
      fc.property(json, (value) => {
        expect(decodeMessage(jsonSchema, encodeMessage(value), "s")).toEqual(value);
      }),
    );
  });

  test("drops what a later version added (R16)", () => {
    const bytes = encodeMessage({ v: 1, taskRunId, urgency: 3 });

    expect(decodeMessage(workHintSchema, bytes, "s")).toEqual({ v: 1, taskRunId });
  });

  test("names the subject and every problem with its path", () => {
    const schema = z.object({ a: z.object({ b: z.number() }), c: z.string() });

    expect(() => decodeMessage(schema, encodeMessage({ a: { b: "x" } }), "weir.x")).toThrowError(
      expect.objectContaining({
        code: "contracts/malformed-message",
        subject: "weir.x",
        problems: [
          expect.objectContaining({ path: "a.b" }),
          expect.objectContaining({ path: "c" }),
        ],
      }),
    );
  });

  test.for([
    ["no JSON", new TextEncoder().encode("{not json")],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["nothing", new Uint8Array()],
  ] as const)("refuses %s", ([, bytes]) => {
    expect(() => decodeMessage(workHintSchema, bytes, "weir.x")).toThrow(
      'malformed message on "weir.x": not UTF-8 JSON',
    );
  });

  test("whatever arrives, it throws nothing but its own error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeMessage(workHintSchema, bytes, "s");
        } catch (error) {
          expect(error).toMatchObject({ code: "contracts/malformed-message" });
        }
      }),
    );
  });
});
