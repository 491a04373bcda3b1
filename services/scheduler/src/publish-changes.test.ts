import { BusTimeoutError, MissingStreamError } from "@weirflow/bus";
import {
  cloudEventSchema,
  parseDeploymentId,
  parseRunId,
  parseTaskRunId,
  runChangedSchema,
  taskSettledSchema,
} from "@weirflow/contracts";
import { NO_CHANGES } from "@weirflow/store";
import { Metrics, silentLogger } from "@weirflow/telemetry";
import { describe, expect, test } from "vitest";
import { ChangePublisher, type PublisherDeps } from "./publish-changes.ts";

const runId = parseRunId("01999999-0000-7000-8000-000000000001");
const taskRunId = parseTaskRunId("01999999-0000-7000-8000-000000000002");
const deploymentId = parseDeploymentId("01999999-0000-7000-8000-000000000003");
const hint = { taskRunId, runId, pool: "cpu" };

interface Sent {
  readonly subject: string;
  readonly message: object;
  readonly messageId: string | undefined;
}

function publisherOn(store: (sent: Sent) => Promise<void> = async () => undefined) {
  const sent: Sent[] = [];
  const metrics = new Metrics();
  let missing = 0;
  const bus: PublisherDeps["bus"] = {
    publish: (subject, message) => void sent.push({ subject, message, messageId: undefined }),
    publishDurable: async (subject, message, { messageId }) => {
      const one = { subject, message, messageId };
      sent.push(one);
      await store(one);
      return { duplicate: false };
    },
  };
  const publisher = new ChangePublisher({
    bus,
    logger: silentLogger,
    published: metrics.counter("published_total", "."),
    hasPool: (pool) => pool === "cpu",
    onMissing: () => (missing += 1),
  });
  return { publisher, sent, metrics, missing: () => missing };
}

describe("ChangePublisher", () => {
  test("sends hints to their pools", async () => {
    const { publisher, sent, missing } = publisherOn();

    publisher.publish({ ...NO_CHANGES, hints: [hint, { ...hint, pool: "gpu" }] });
    await publisher[Symbol.asyncDispose]();

    expect(sent.map(({ subject, message }) => [subject, message])).toEqual([
      ["weir.work.cpu", { v: 1, taskRunId }],
      ["weir.work.gpu", { v: 1, taskRunId }],
    ]);
    expect(missing()).toBe(1);
  });

  test("sends CloudEvents of runs and of attempts, each with an id of its own", async () => {
    const { publisher, sent } = publisherOn();
    const run = { runId, flow: "f", deploymentId, state: "RUNNING" as const, version: 3 };
    const settled = { runId, taskRunId, attempt: 2, accepted: true, state: "COMPLETED" as const };

    publisher.publish({ ...NO_CHANGES, runs: [run], settled: [settled] });
    await publisher[Symbol.asyncDispose]();

    expect(sent.map((one) => one.subject)).toEqual([
      "weir.evt.run.changed",
      "weir.evt.task.settled",
    ]);
    const [first, second] = sent.map((one) => cloudEventSchema.parse(one.message));
    expect(runChangedSchema.parse(first?.data)).toEqual(run);
    expect(taskSettledSchema.parse(second?.data)).toEqual(settled);
    expect(sent.map((one) => one.messageId)).toEqual([first?.id, second?.id]);
  });

  test("tells workers which attempts should stop", () => {
    const { publisher, sent } = publisherOn();

    publisher.publish({ ...NO_CHANGES, cancelled: [taskRunId] });

    expect(sent).toEqual([
      { subject: "weir.cancel", message: { v: 1, taskRunIds: [taskRunId] }, messageId: undefined },
    ]);
  });

  test("says when a stream is missing, and only then", async () => {
    const lost = publisherOn(async () => {
      throw new MissingStreamError("WORK");
    });
    const slow = publisherOn(async ({ subject }) => {
      throw new BusTimeoutError(subject, undefined);
    });

    for (const { publisher } of [lost, slow]) {
      publisher.publish({ ...NO_CHANGES, hints: [hint] });
      await publisher[Symbol.asyncDispose]();
    }

    expect([lost.missing(), slow.missing()]).toEqual([1, 0]);
    expect(lost.metrics.text()).toContain('published_total{outcome="failed"} 1');
  });

  test("holds no more than 5,000 messages, and drops the rest", async () => {
    const gate = Promise.withResolvers<void>();
    const { publisher, metrics } = publisherOn(async () => await gate.promise);

    publisher.publish({ ...NO_CHANGES, hints: Array.from({ length: 5_100 }, () => hint) });

    expect(publisher.pending).toBe(5_000);
    expect(metrics.text()).toContain('published_total{outcome="dropped"} 100');
    gate.resolve();
    await publisher[Symbol.asyncDispose]();
    expect(publisher.pending).toBe(0);
  });
});
