import pg from "pg";
import { eventually } from "@weirflow/testing";
import { describe, expect, test } from "vitest";
import { openStore, setNow } from "@weirflow/store";
import { silentLogger } from "@weirflow/telemetry";
import { deployFlows, runsOf, waitForRun } from "../support/runs.ts";
import { startStack } from "../support/stack.ts";

describe("a daily schedule", () => {
  test("fires exactly once with two schedulers running (R2)", async () => {
    await using stack = await startStack();
    await stack.start("scheduler", { name: "second-scheduler" });
    await deployFlows(stack, ["daily"]);
    const { signal } = new AbortController();
    await using store = await openStore({
      url: stack.databaseUrl,
      applicationName: "test",
      logger: silentLogger,
    });
    const next = await nextOccurrence(stack.databaseUrl);

    await setNow(store, new Date(next.getTime() + 1_000), signal);
    const fired = await eventually(async () => (await runsOf(stack, "daily"))[0] ?? false, {
      timeoutMs: 30_000,
    });
    await waitForRun(stack, fired.id);

    expect(await runsOf(stack, "daily")).toHaveLength(1);
    expect((await nextOccurrence(stack.databaseUrl)).getTime() - next.getTime()).toBe(86_400_000);
  });
});

async function nextOccurrence(databaseUrl: string): Promise<Date> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ next_at: Date }>("select next_at from schedules");
    const [row] = rows;
    if (row === undefined) throw new Error("no schedule was deployed");
    return row.next_at;
  } finally {
    await client.end();
  }
}
