import { WeirError } from "@weirflow/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collapseRepeats } from "./collapse-repeats.ts";
import { createLogger, type LogLevel, silentLogger } from "./logger.ts";

class LostError extends WeirError {
  override readonly code = "test/lost";
}

/** A logger, and the lines that it wrote, parsed. */
function recorded(level: LogLevel = "debug") {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line));
  return { lines, logger: createLogger({ service: "test", level, write }) };
}

describe("createLogger", () => {
  test("writes one JSON object per line: level, time, service, event, fields", () => {
    const written: string[] = [];
    const logger = createLogger({ service: "test", write: (line) => written.push(line) });

    logger.info("run.dispatched", { runId: "r1", queueMs: 3 });

    expect(written).toHaveLength(1);
    expect(written[0]?.endsWith("}\n")).toBe(true);
    expect(JSON.parse(written[0] ?? "")).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      service: "test",
      event: "run.dispatched",
      runId: "r1",
      queueMs: 3,
    });
  });

  test.each([
    ["debug", ["debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["warn", ["warn", "error"]],
    ["error", ["error"]],
    ["silent", []],
  ] as const)("at level %s writes %j", (level, levels) => {
    const { lines, logger } = recorded(level);

    for (const at of ["debug", "info", "warn", "error"] as const) logger[at]("a.b");

    expect(lines.map((line) => line["level"])).toEqual(levels);
  });

  test("writes errors as records, with code and cause", () => {
    const { lines, logger } = recorded();

    logger.error("task.failed", { error: new LostError("gone", { cause: new TypeError("why") }) });

    expect(lines[0]).toMatchObject({
      error: { code: "test/lost", message: "gone", cause: { code: "unknown", message: "why" } },
    });
  });

  test("puts the fields of a child on each of its lines", () => {
    const { lines, logger } = recorded();

    logger.child({ runId: "r1" }).child({ task: "t" }).info("a.b", { n: 1 });
    logger.info("c.d");

    expect(lines[0]).toMatchObject({ runId: "r1", task: "t", n: 1 });
    expect(lines[1]).not.toHaveProperty("runId");
  });

  test("has no trace ids outside a span", () => {
    const { lines, logger } = recorded();

    logger.info("a.b");

    expect(lines[0]).not.toHaveProperty("trace_id");
  });

  test("survives whatever is logged", () => {
    const { lines, logger } = recorded();

    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withDate: true }), (value) => {
        lines.length = 0;
        logger.info("a.b", { value });
        expect(lines).toHaveLength(1);
      }),
    );
  });
});

describe("silentLogger", () => {
  test("is its own child and writes nothing", () => {
    expect(silentLogger.child({ a: 1 })).toBe(silentLogger);
    expect(silentLogger.error("a.b")).toBeUndefined();
  });
});

describe("collapseRepeats", () => {
  test("writes the first warning, then one per window with the count", () => {
    const { lines, logger } = recorded();
    let nowMs = 0;
    const quiet = collapseRepeats(logger, { windowMs: 100, nowMs: () => nowMs });

    for (nowMs of [0, 10, 99, 100, 150, 201]) quiet.warn("db.away", { nowMs });

    expect(lines.map(({ nowMs: at, repeated }) => [at, repeated])).toEqual([
      [0, undefined],
      [100, 2],
      [201, 1],
    ]);
  });

  test("keeps events apart, and leaves the other levels alone", () => {
    const { lines, logger } = recorded();
    const quiet = collapseRepeats(logger, { nowMs: () => 0 });

    quiet.warn("db.away");
    quiet.child({ n: 1 }).warn("db.away");
    quiet.warn("nats.away");
    for (const at of ["debug", "info", "error"] as const) for (const _ of [1, 2]) quiet[at](at);

    expect(lines.map((line) => line["event"])).toEqual([
      "db.away",
      "nats.away",
      "debug",
      "debug",
      "info",
      "info",
      "error",
      "error",
    ]);
  });
});
