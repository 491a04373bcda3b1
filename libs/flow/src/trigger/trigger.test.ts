import { triggerSpecSchema } from "@weirflow/contracts";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { InvalidTriggerError } from "../errors.ts";
import { paramsFromEvent } from "../json/match-event.ts";
import { onEvent, onSubject, triggerSpec } from "./trigger.ts";

describe("triggerSpec", () => {
  test("maps what an event carries", () => {
    const trigger = onEvent("dataset.updated", {
      data: z.object({ path: z.string(), of: z.object({ size: z.number() }) }),
      params: ({ data }) => ({ rawData: data.path, size: data.of.size, source: "event" }),
    });

    const spec = triggerSpec(trigger, "event");

    expect(triggerSpecSchema.parse(spec)).toEqual(spec);
    expect(paramsFromEvent(spec, { data: { path: "x.csv", of: { size: 3 } } })).toEqual({
      rawData: "x.csv",
      size: 3,
      source: "event",
    });
  });

  test("takes the whole data where nothing is mapped", () => {
    const specs = [onEvent("a"), onSubject("ingest.a")].map((trigger) => triggerSpec(trigger, "s"));

    for (const spec of specs)
      expect(paramsFromEvent(spec, { data: { text: "x" } })).toEqual({ text: "x" });
  });

  test("keeps what has to match", () => {
    const spec = triggerSpec(onEvent("a", { match: { "data.loud": true } }), "s");

    expect(spec.match).toEqual({ "data.loud": true });
  });

  test.each(["ingest.a.b", "ingest.*.b", "ingest.>", ">", "*", "dataset-updated.v1"])(
    "takes the pattern %s",
    (pattern) => {
      expect(triggerSpec(onSubject(pattern), "s").of).toBe(pattern);
    },
  );

  test.each(["", "a..b", "a.", "a b", "a.>.b", "a.b>", "a*"])(
    "refuses the pattern %j",
    (pattern) => {
      expect(() => triggerSpec(onSubject(pattern), "s")).toThrow(InvalidTriggerError);
    },
  );

  test.each(["a.*", "a.>", "", "a b"])("refuses the event type %j", (type) => {
    expect(() => triggerSpec(onEvent(type), "s")).toThrow(InvalidTriggerError);
  });

  test("refuses to use an event's data like values", () => {
    const trigger = onEvent("a", {
      data: z.object({ path: z.string() }),
      params: ({ data }) => ({ rawData: JSON.stringify([data.path]) }),
    });

    expect(() => triggerSpec(trigger, "s")).toThrow('"event.data.path" is a reference');
  });
});
