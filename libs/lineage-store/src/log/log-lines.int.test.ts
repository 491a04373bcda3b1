import { randomUUID } from "node:crypto";
import type { LogLine } from "@weirflow/contracts";
import { logLineSchema, parseTaskRunId } from "@weirflow/contracts";
import { describe, expect } from "vitest";
import { lineageTest as test, signal, uuid7 } from "../../test/fixture.ts";
import { logLines, recordLogs } from "./log-lines.ts";

const runId = uuid7();
const taskRunId = randomUUID();

function line(message: string, more: Partial<LogLine> = {}): LogLine {
  const at = new Date(Date.now() + 1_000).toISOString();
  return {
    ...logLineSchema.parse({ v: 1, runId, taskRunId, attempt: 1, level: "info", at, message }),
    ...more,
  };
}

describe("recordLogs", () => {
  test("stores a line that comes twice once", async ({ store }) => {
    const numbered = { seq: 7, line: line("hello", { node: "total", fields: { rows: 3 } }) };

    await recordLogs(store, [numbered], signal);
    await recordLogs(store, [numbered, numbered], signal);

    const lines = await logLines(store, { runId, limit: 10 }, signal);
    expect(lines).toEqual([
      {
        runId,
        taskRunId,
        attempt: 1,
        at: new Date(numbered.line.at),
        seq: 7,
        level: "info",
        node: "total",
        message: "hello",
        fields: { rows: 3 },
      },
    ]);
  });

  test("takes lines from a clock that is far off as if they were from now", async ({ store }) => {
    await recordLogs(
      store,
      [{ seq: 1, line: line("from 2090", { at: "2090-01-01T00:00:00.000Z" }) }],
      signal,
    );

    const [stored] = await logLines(store, { runId, limit: 10 }, signal);

    expect(Math.abs((stored?.at.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test("does nothing for nothing", async ({ store }) => {
    await recordLogs(store, [], signal);

    expect(await logLines(store, { runId, limit: 1 }, signal)).toEqual([]);
  });
});

describe("logLines", () => {
  test("pages forwards and backwards without losing or doubling a line", async ({ store }) => {
    const at = new Date().toISOString();
    await recordLogs(
      store,
      [1, 2, 3, 4, 5].map((seq) => ({ seq, line: line(`line ${seq}`, { at }) })),
      signal,
    );
    const messages = (rows: readonly { message: string }[]): string[] =>
      rows.map(({ message }) => message);

    const first = await logLines(store, { runId, limit: 2 }, signal);
    const next = await logLines(store, { runId, limit: 2, after: first[1] }, signal);
    const last = await logLines(store, { runId, limit: 2, fromEnd: true }, signal);
    const previous = await logLines(
      store,
      { runId, limit: 2, fromEnd: true, before: last[0] },
      signal,
    );

    expect(messages(first)).toEqual(["line 1", "line 2"]);
    expect(messages(next)).toEqual(["line 3", "line 4"]);
    expect(messages(last)).toEqual(["line 4", "line 5"]);
    expect(messages(previous)).toEqual(["line 2", "line 3"]);
  });

  test("filters by level and by task run", async ({ store }) => {
    const other = parseTaskRunId(randomUUID());
    await recordLogs(
      store,
      [
        { seq: 1, line: line("quiet", { level: "debug" }) },
        { seq: 2, line: line("loud", { level: "error" }) },
        { seq: 3, line: line("elsewhere", { level: "warn", taskRunId: other }) },
      ],
      signal,
    );

    const loud = await logLines(store, { runId, minLevel: "warn", limit: 10 }, signal);
    const here = await logLines(store, { runId, taskRunId: other, limit: 10 }, signal);

    expect(loud.map(({ message }) => message).toSorted()).toEqual(["elsewhere", "loud"]);
    expect(here.map(({ message }) => message)).toEqual(["elsewhere"]);
  });
});
