import { EventType, progressSchema, subjects } from "@weirflow/contracts";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import {
  gatewayTest as test,
  inline,
  oneRun,
  type TestGateway as Gateway,
  work,
} from "../../test/fixture.ts";

interface Change {
  readonly kind: string;
  readonly revision: number;
  readonly run: {
    readonly state: string;
    readonly isOver: boolean;
    readonly taskRuns: { state: string }[];
  };
  readonly progress: { readonly nodesDone: number }[];
}

/** Opens the subscription and reads events until the server has no more, or the reader stops. */
async function* watch(
  { url }: Gateway,
  runId: string,
  more: { after?: number; signal?: AbortSignal } = {},
): AsyncGenerator<Change> {
  const query = `subscription ($runId: ID!, $after: Int) { runChanged(runId: $runId, after: $after) {
    kind revision run { state isOver taskRuns { state } } progress { nodesDone } } }`;
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query, variables: { runId, after: more.after } }),
    ...(more.signal === undefined ? {} : { signal: more.signal }),
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = /^data: ?(\{.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data === undefined) continue;
      const { data: payload, errors } = JSON.parse(data);
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      yield payload.runChanged;
    }
  }
}

async function nextOf(changes: AsyncGenerator<Change>): Promise<Change> {
  const { value, done } = await changes.next();
  if (done === true) throw new Error("the subscription ended");
  return value;
}

describe("runChanged", () => {
  test("begins with a snapshot, tells each change, and ends with the run", async ({ gateway }) => {
    const runId = await oneRun(gateway);
    const changes = watch(gateway, runId);
    const snapshot = await nextOf(changes);
    await work(gateway, { runId, call: "compute", report: { outputs: { total: inline("[5]") } } });
    await work(gateway, {
      runId,
      call: "report",
      report: { outputs: { text: inline('["five"]', "c") } },
    });

    const rest: Change[] = [];
    for await (const change of changes) rest.push(change);

    expect(snapshot).toMatchObject({
      kind: "SNAPSHOT",
      run: { state: "SCHEDULED", isOver: false },
    });
    expect(rest.at(-1)).toMatchObject({ kind: "STATE", run: { state: "COMPLETED", isOver: true } });
    expect(rest.at(-1)?.run.taskRuns.map(({ state }) => state)).toEqual(["COMPLETED", "COMPLETED"]);
    const revisions = [snapshot, ...rest].map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
  });

  test("says nothing of a revision that was seen", async ({ gateway }) => {
    const runId = await oneRun(gateway);
    const first = await nextOf(watch(gateway, runId));
    const again = watch(gateway, runId, { after: first.revision });

    const next = again.next();
    await work(gateway, { runId, call: "compute", report: { outputs: { total: inline("[5]") } } });

    const { value } = await next;
    expect(value.revision).toBeGreaterThan(first.revision);
  });

  test("tells of a hint at once", async ({ gateway }) => {
    const runId = await oneRun(gateway);
    const changes = watch(gateway, runId);
    const { revision } = await nextOf(changes);
    const row = await gateway.store.db
      .selectFrom("runs")
      .select("deployment_id")
      .where("id", "=", runId)
      .executeTakeFirstOrThrow();
    await gateway.store.db
      .updateTable("runs")
      .set({ revision: revision + 1, reason: "told" })
      .where("id", "=", runId)
      .execute();

    const data = {
      runId,
      flow: "sums",
      deploymentId: row.deployment_id,
      state: "SCHEDULED",
      version: revision + 1,
    };
    gateway.bus.publish(subjects.event(EventType.runChanged), {
      specversion: "1.0",
      id: "1",
      source: "test",
      type: EventType.runChanged,
      data,
    });

    expect((await nextOf(changes)).revision).toBe(revision + 1);
  });

  test("tells of progress without a change of the run", async ({ gateway }) => {
    const runId = await oneRun(gateway);
    const changes = watch(gateway, runId);
    const { revision } = await nextOf(changes);
    const { id } = await gateway.store.db
      .selectFrom("task_runs")
      .select("id")
      .where("run_id", "=", runId)
      .where("call", "=", "compute")
      .executeTakeFirstOrThrow();
    const progress = progressSchema.parse({
      v: 1,
      runId,
      taskRunId: id,
      call: "compute",
      attempt: 1,
      nodesDone: 3,
      nodesTotal: 9,
      running: ["total"],
    });
    const next = nextOf(changes);

    const told = await eventually(async () => {
      gateway.bus.publish(subjects.progress(runId), progress);
      return await Promise.race([
        next,
        new Promise<false>((resolve) => setTimeout(resolve, 50, false)),
      ]);
    });

    expect(told).toMatchObject({ kind: "PROGRESS", revision, progress: [{ nodesDone: 3 }] });
  });

  test("refuses a run that does not exist", async ({ gateway }) => {
    const changes = watch(gateway, "0199c1d0-0000-7000-8000-000000000000");

    await expect(changes.next()).rejects.toThrow("there is no run");
  });

  test("forgets a watcher that goes away", async ({ gateway }) => {
    const runId = await oneRun(gateway);
    const leave = new AbortController();
    const changes = watch(gateway, runId, { signal: leave.signal });
    await nextOf(changes);
    const watched = async (): Promise<string> =>
      await (await fetch(`${gateway.url}/metrics`)).text();
    expect(await watched()).toContain("weir_gateway_watched_runs 1");

    leave.abort();

    await eventually(async () => (await watched()).includes("weir_gateway_watched_runs 0"));
  });
});
