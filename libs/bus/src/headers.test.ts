import { headers as natsHeaders } from "@nats-io/transport-node";
import { traceIdOf } from "@weirflow/telemetry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headersFor, metaOf } from "./headers.ts";

const hex = (length: number) =>
  fc
    .array(
      fc.nat({ max: 15 }).map((digit) => digit.toString(16)),
      { minLength: length, maxLength: length },
    )
    .map((digits) => digits.join(""))
    .filter((text) => /[1-9a-f]/.test(text));

describe("headers", () => {
  test("carry any trace to the other side as it was", () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.constantFrom("00", "01"), (traceId, spanId, flags) => {
        const carrier = { traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate: "a=b" };

        const { carrier: received } = metaOf("weir.wake", headersFor(carrier));

        expect(received).toEqual(carrier);
        expect(traceIdOf(received)).toBe(traceId);
      }),
    );
  });

  test("hold nothing where there is no trace", () => {
    expect([...headersFor({}).keys()]).toEqual([]);
    expect(metaOf("weir.wake", headersFor({})).carrier).toEqual({});
  });

  test("arrive as a plain record, with the first value of each", () => {
    const received = natsHeaders();
    received.append("Nats-Msg-Id", "one");
    received.append("Nats-Msg-Id", "two");
    received.set("X-Source", "lake");

    expect(metaOf("ingest.x", received)).toEqual({
      subject: "ingest.x",
      headers: { "Nats-Msg-Id": "one", "X-Source": "lake" },
      carrier: { traceparent: undefined, tracestate: undefined },
    });
  });

  test("may be missing altogether", () => {
    expect(metaOf("ingest.x", undefined).headers).toEqual({});
  });
});
