import { describe, expect, test } from "vitest";
import {
  bucketSpecs,
  consumerSpecs,
  MAX_MESSAGE_BYTES,
  streamSpecs,
  VALUES_BUCKET,
  workConsumer,
} from "./streams.ts";
import { subjectMatches, subjects } from "./subjects.ts";

const streams = streamSpecs(["ingest.>"]);
const streamOf = (subject: string): readonly string[] =>
  streams
    .filter((stream) => stream.subjects.some((pattern) => subjectMatches(pattern, subject)))
    .map((stream) => stream.name);

describe("streams", () => {
  test.for([
    [subjects.work("cpu"), "WORK"],
    [subjects.event("dataset.updated"), "EVENTS"],
    [subjects.log("r"), "LOGS"],
    ["ingest.absenteeism.rows", "INGEST"],
  ] as const)("%s is kept by %s alone", ([subject, name]) => {
    expect(streamOf(subject)).toEqual([name]);
  });

  test("keep no request, no hint to stop and no progress", () => {
    for (const subject of [
      subjects.claim("cpu"),
      subjects.beat,
      subjects.report,
      subjects.lineage,
      subjects.wake,
      subjects.cancel,
      subjects.progress("r"),
    ])
      expect(streamOf(subject)).toEqual([]);
  });

  test("are all bounded; a full WORK refuses, the others forget the oldest (R15)", () => {
    expect(streams.every((stream) => stream.maxBytes > 0)).toBe(true);
    expect(streams.map(({ name, discard }) => [name, discard])).toEqual([
      ["WORK", "new"],
      ["EVENTS", "old"],
      ["LOGS", "old"],
      ["INGEST", "old"],
    ]);
  });
});

describe("consumers", () => {
  const consumers = consumerSpecs(["cpu", "gpu"]);

  test("one a pool pulls work, each that of its own pool", () => {
    const work = consumers.filter((consumer) => consumer.stream === "WORK");

    expect(work.map(({ name, filterSubject }) => [name, filterSubject])).toEqual([
      ["pool-cpu", "weir.work.cpu"],
      ["pool-gpu", "weir.work.gpu"],
    ]);
    expect(workConsumer("cpu")).toBe("pool-cpu");
  });

  test("belong to streams that exist, under names that are unique there", () => {
    const names = consumers.map(({ stream, name }) => `${stream} ${name}`);

    expect(new Set(names).size).toBe(names.length);
    for (const { stream } of consumers) expect(streams.map(({ name }) => name)).toContain(stream);
  });
});

describe("buckets", () => {
  test("hold chunks that fit in a message", () => {
    expect(bucketSpecs()).toEqual([
      expect.objectContaining({ name: VALUES_BUCKET, maxValueBytes: MAX_MESSAGE_BYTES }),
    ]);
  });
});
