import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EventMessage, readEvent } from "./read-event.ts";

const event = {
  specversion: "1.0",
  id: "42",
  source: "/lake",
  type: "dataset.updated",
  data: { name: "absenteeism", path: "a.csv" },
};
const message = (body: unknown, more: Partial<EventMessage> = {}): EventMessage => ({
  subject: "ingest.files",
  data: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
  headers: {},
  sequence: 7,
  receivedAt: new Date("2026-03-01T06:00:00.123Z"),
  stream: "INGEST",
  ...more,
});

describe("readEvent", () => {
  test("takes a CloudEvent as it is, and its source and id for its name", () => {
    expect(readEvent(message(event))).toEqual({
      kind: "event",
      event,
      type: "dataset.updated",
      key: 'event:["/lake","42"]',
    });
  });

  test("knows the same event again, wherever and whenever it arrives", () => {
    const again = message(event, { stream: "EVENTS", sequence: 1, receivedAt: new Date(0) });

    expect(readEvent(again)).toEqual(readEvent(message(event)));
  });

  test("takes any other message for the data of an event of no type", () => {
    expect(readEvent(message({ path: "a.csv" }))).toMatchObject({
      event: { subject: "ingest.files", data: { path: "a.csv" } },
      type: undefined,
    });
    expect(readEvent(message("not JSON"))).toMatchObject({ event: { data: "not JSON" } });
  });

  test("names it by its message id, else by when and where it was received", () => {
    const headers = { "Nats-Msg-Id": "m-1" };

    expect(readEvent(message({}, { headers }))).toMatchObject({ key: 'id:["INGEST","m-1"]' });
    expect(readEvent(message({}))).toMatchObject({
      key: 'message:["INGEST","2026-03-01T06:00:00.123Z/7"]',
    });
  });

  test("tells the first message of a stream that was created again from that of the old one", () => {
    const first = message({}, { sequence: 1 });
    const later = message({}, { sequence: 1, receivedAt: new Date("2026-03-02T06:00:00Z") });

    expect(readEvent(first)).not.toEqual(readEvent(later));
  });

  test("cannot read what is on EVENTS and no CloudEvent, and says why", () => {
    const bad = message({ ...event, source: "" }, { stream: "EVENTS" });

    expect(readEvent(bad)).toMatchObject({
      kind: "unreadable",
      reason: expect.stringMatching(/^not a CloudEvent 1\.0: source /),
    });
  });

  test("gives two different events two different names, and short ones", () => {
    const part = fc.string({ minLength: 1, maxLength: 2_000 });
    fc.assert(
      fc.property(part, part, part, part, (sourceA, idA, sourceB, idB) => {
        fc.pre(sourceA !== sourceB || idA !== idB);
        fc.pre(!`${sourceA}${idA}${sourceB}${idB}`.includes("\0"));
        const key = (source: string, id: string): string => {
          const read = readEvent(message({ ...event, source, id }));
          return read.kind === "event" ? read.key : "";
        };

        expect(key(sourceA, idA)).not.toBe(key(sourceB, idB));
        expect(key(sourceA, idA).length).toBeLessThanOrEqual(520);
      }),
    );
  });
});
