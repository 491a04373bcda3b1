import { describe, expect } from "vitest";
import { deploy } from "./deploy.ts";
import { sweepAll } from "./fixtures/clock.ts";
import { call, manifestOf } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { runOf } from "./fixtures/workers.ts";
import { acceptFromEvent, listTriggers } from "./triggers.ts";

const trigger = { slug: "t", kind: "event", of: "dataset.updated" };
const manifest = manifestOf([call("a")], { triggers: [trigger], paramsSchema: { type: "object" } });

describe("listTriggers", () => {
  test("gives what is needed to check an event, and leaves paused deployments out", async ({
    store,
  }) => {
    const { deploymentId } = await deploy(store, { manifest, params: { n: 1 } }, signal);
    await deploy(store, { manifest, name: "paused", paused: true }, signal);

    expect(await listTriggers(store, signal)).toEqual([
      {
        deploymentId,
        flow: "test",
        spec: { ...trigger, match: {}, params: {}, dataAsParams: false },
        params: { n: 1 },
        paramsSchema: { type: "object" },
      },
    ]);
  });
});

describe("acceptFromEvent", () => {
  test("starts one run per deployment, trigger and key, however often and at once", async ({
    store,
  }) => {
    const { deploymentId } = await deploy(store, { manifest }, signal);
    const matches = [
      { deploymentId, slug: "t", params: { n: 1 } },
      { deploymentId, slug: "u", params: { n: 2 } },
    ];
    const event = { matches, key: "source/1", event: { type: "x" }, traceparent: "00-a" };

    const started = await Promise.all(
      Array.from({ length: 4 }, async () => await acceptFromEvent(store, event, signal)),
    );
    const other = await acceptFromEvent(store, { ...event, key: "source/2" }, signal);

    expect(started.flat()).toHaveLength(2);
    expect(other).toHaveLength(2);
    expect((await sweepAll(store)).changes.hints).toHaveLength(4);
    const [first] = other;
    expect(first === undefined ? undefined : await runOf(store, first)).toMatchObject({
      params: { n: 1 },
      origin_detail: { trigger: "t", event: { type: "x" } },
      traceparent: "00-a",
    });
  });

  test("starts all the runs of an event or none", async ({ store }) => {
    const { deploymentId } = await deploy(store, { manifest }, signal);
    const matches = [
      { deploymentId, slug: "t", params: {} },
      { deploymentId, slug: "u", params: { bad: "\0" } },
    ];

    await expect(
      acceptFromEvent(store, { matches, key: "k", event: {} }, signal),
    ).rejects.toMatchObject({ code: "db/data-refused" });
    expect(await store.db.selectFrom("runs").select("id").execute()).toEqual([]);
  });
});
