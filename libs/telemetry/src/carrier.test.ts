import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { currentCarrier, spanContextOf, traceIdOf } from "./carrier.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));

describe("traceIdOf", () => {
  test("reads the trace id", () => {
    expect(traceIdOf({ traceparent: `00-${TRACE}-${SPAN}-01` })).toBe(TRACE);
  });

  test.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["other text", "hello"],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["a trace id that is too short", `00-${TRACE.slice(1)}-${SPAN}-01`],
  ])("has none for %s", (_, traceparent) => {
    expect(traceIdOf({ traceparent })).toBeUndefined();
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string(), (traceparent) => void traceIdOf({ traceparent })));
  });
});

describe("spanContextOf", () => {
  test("reads what traceparent holds, for any ids", () => {
    fc.assert(
      fc.property(hex(32), hex(16), (traceId, spanId) => {
        fc.pre(/[^0]/.test(traceId) && /[^0]/.test(spanId));
        const found = spanContextOf({ traceparent: `00-${traceId}-${spanId}-01` });
        expect(found).toMatchObject({ traceId, spanId, traceFlags: 1, isRemote: true });
      }),
    );
  });

  test("is absent for an empty carrier", () => {
    expect(spanContextOf({})).toBeUndefined();
  });
});

describe("currentCarrier", () => {
  test("is empty when no span is active", () => {
    expect(currentCarrier()).toEqual({});
  });
});
