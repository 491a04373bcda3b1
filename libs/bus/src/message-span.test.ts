import { describe, expect, test } from "vitest";
import { inMessageSpan, subjectTemplate } from "./message-span.ts";

describe("subjectTemplate", () => {
  test.each([
    ["weir.work.cpu", "weir.work"],
    ["weir.rpc.claim.gpu", "weir.rpc.claim"],
    ["weir.rpc.beat", "weir.rpc.beat"],
    ["weir.log.01999999-0000-7000-8000-000000000000", "weir.log"],
    ["weir.evt.dataset.updated", "weir.evt"],
    ["weir.wake", "weir.wake"],
    ["ingest.absenteeism.2026", "ingest"],
  ])("leaves the varying tokens of %s out", (subject, template) => {
    expect(subjectTemplate(subject)).toBe(template);
  });
});

describe("inMessageSpan", () => {
  test("returns what the work returned, traced or not", async () => {
    const facts = { subject: "weir.wake", sizeBytes: 0 };
    const traced = {
      ...facts,
      parent: { traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01` },
    };

    expect(await inMessageSpan("publish", facts, async () => await Promise.resolve(1))).toBe(1);
    expect(await inMessageSpan("process", traced, async () => await Promise.resolve(2))).toBe(2);
  });
});
