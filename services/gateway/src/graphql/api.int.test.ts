import { randomUUID } from "node:crypto";
import { openLineageStore } from "@weirflow/lineage-store";
import { openStore } from "@weirflow/store";
import { silentLogger } from "@weirflow/telemetry";
import { auditServer } from "graphql-http";
import type { KyselyPlugin } from "kysely";
import { describe, expect, vi } from "vitest";
import {
  type Answer,
  deployed,
  gatewayTest as test,
  hashOf,
  manifest,
  signal,
  started,
} from "../../test/fixture.ts";
import { listen } from "../http/listen.ts";
import { Metrics } from "../http/metrics.ts";
import { RunHub } from "../watch/run-hub.ts";
import { createApi } from "./create-api.ts";

describe("GraphQL over HTTP", () => {
  test("passes every audit of graphql-http", async ({ gateway }) => {
    const audits = await auditServer({ url: `${gateway.url}/graphql` });

    expect(
      audits
        .filter(({ status }) => status !== "ok")
        .map(({ name, status }) => `${status}: ${name}`),
    ).toEqual([]);
    expect(audits).toHaveLength(61);
  });
});

describe("lists", () => {
  const LISTS = {
    runs: `{ runs(first: 50) { nodes { runId state flow { name version { hash } } deployment { name } version { hash }
      configs { version } taskRuns { call attempts { number } graph { nodes { name } } nodeExecutions { node } artifacts { key } }
      artifacts { key } lineage { values } } } }`,
    flows: `{ flows(first: 50) { nodes { name description version { hash }
      runs(first: 2) { nodes { state } } deployments(first: 2) { nodes { name schedules { slug } triggers { slug } } } } } }`,
    deployments: `{ deployments(first: 50) { nodes { name flow { name } version { hash } schedules { slug } triggers { slug }
      runs(first: 3) { nodes { state } } } } }`,
    schedules: `{ schedules(first: 50) { nodes { slug deployment { name flow { name } } } } }`,
    configs: `{ configs(first: 50) { nodes { name version body } } }`,
  };

  test.for(Object.entries(LISTS))(
    "%s takes as many statements for many as for few",
    async ([, document], { gateway, nats: _nats }) => {
      const count = await countingApi(gateway);
      await fill(gateway, 2);
      const few = await count(document);

      await fill(gateway, 12);
      const many = await count(document);

      expect(many).toBe(few);
      expect(few).toBeLessThanOrEqual(14);
    },
  );

  test("every page size visits every run once, forwards and backwards", async ({ gateway }) => {
    await fill(gateway, 7);
    const all = (
      await gateway.query("{ runs(first: 100) { nodes { runId } } }")
    ).data.runs.nodes.map(({ runId }: { runId: string }) => runId);

    for (const size of [1, 2, 3, 7, 8]) {
      expect(await walk(gateway, size, "first")).toEqual(all);
      expect(await walk(gateway, size, "last")).toEqual(all);
    }
    expect(all).toHaveLength(7);
  });

  test("give at most a hundred, and refuse cursors that are none", async ({ gateway }) => {
    await fill(gateway, 1);

    const long = await gateway.query("{ runs(first: 5000) { pageInfo { hasNextPage } } }");
    const odd = await gateway.query('{ runs(after: "nonsense") { nodes { runId } } }');

    expect(long.errors).toBeUndefined();
    expect(odd.errors?.[0]?.message).toBe('"nonsense" is no cursor of this list');
  });

  test("filter runs by flow, deployment and state", async ({ gateway }) => {
    await fill(gateway, 3);
    const ask = async (filter: object): Promise<number> =>
      (
        await gateway.query(
          "query ($filter: RunFilter) { runs(filter: $filter) { nodes { runId } } }",
          { filter },
        )
      ).data.runs.nodes.length;

    expect(await ask({ flow: "flow0" })).toBe(1);
    expect(await ask({ deployment: "flow1/default", states: ["SCHEDULED"] })).toBe(1);
    expect(await ask({ states: ["COMPLETED", "FAILED"] })).toBe(0);
    expect(await ask({ deployment: "nothing/here" })).toBe(0);
  });
});

describe("limits", () => {
  test.for([
    ["tokens", `{ ${"__typename ".repeat(3_000)} }`, /tokens/],
    [
      "aliases",
      `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: __typename`).join(" ")} }`,
      /more than 50 aliases/,
    ],
    [
      "depth",
      `{ run(id: "x") { ${"flow { version { ".repeat(6)} hash ${"} } ".repeat(6)} } }`,
      /fields deep/,
    ],
    [
      "cost",
      "{ runs(first: 100) { nodes { taskRuns { nodeExecutions { checks { name ok } } } } } }",
      /may take \d+ fields/,
    ],
  ] as const)("refuse a document with too much: %s", async ([, document, reason], { gateway }) => {
    const { data, errors } = await gateway.query(document);

    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.message).toMatch(reason);
  });

  test("refuse a subscription with too much, too", async ({ gateway }) => {
    const document = `subscription { runChanged(runId: "x") { run { deployment { runs(first: 100) { nodes { taskRuns { nodeExecutions { checks { name ok } } } } } } } } }`;

    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(document)}`, {
      headers: { accept: "text/event-stream" },
    });

    expect(await response.text()).toContain("too large");
  });

  test("leave introspection through", async ({ gateway }) => {
    const { getIntrospectionQuery } = await import("graphql");

    expect((await gateway.query(getIntrospectionQuery())).errors).toBeUndefined();
  });
});

type Gateway = Parameters<typeof deployed>[0];

/** Flows with one deployment and one run each. */
async function fill(gateway: Gateway, flows: number): Promise<void> {
  for (let i = 0; i < flows; i++) {
    const version = `${i.toString(16).padStart(2, "0")}${hashOf("a").slice(2)}`;
    const configs = { doc: { name: `doc${i}`, schema: { type: "object" }, initial: { seed: i } } };
    await deployed(gateway, manifest(`flow${i}`, { version, configs }));
    await started(gateway, { deployment: `flow${i}`, params: { base: i }, idempotencyKey: "only" });
  }
}

/** An API on the same databases, which counts the statements of each operation. */
async function countingApi({
  store,
  lineage,
  bus,
  valuesDir,
}: Gateway): Promise<(document: string) => Promise<number>> {
  let statements = 0;
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => {
      statements += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const ask = vi.spyOn(lineage, "run");
  const values = { get: async () => new TextEncoder().encode(valuesDir) };
  const ports = {
    store: { ...store, db: store.db.withPlugin(counter) },
    lineage,
    bus,
    values,
    hub: new RunHub({ bus, logger: silentLogger }),
    logger: silentLogger,
    cancelGraceMs: 1,
    triggerSubjects: [],
  };
  const handle = createApi({ ports, metrics: new Metrics(), stop: signal });
  const server = await listen({ host: "127.0.0.1", port: 0, handle, drainMs: 0 });
  return async (query) => {
    [statements] = [0, ask.mockClear()];
    const response = await fetch(
      `http://127.0.0.1:${server.port}/graphql?query=${encodeURIComponent(query)}`,
    );
    expect(await response.json()).not.toHaveProperty("errors");
    return statements + ask.mock.calls.length;
  };
}

async function walk(
  { query }: Gateway,
  size: number,
  direction: "first" | "last",
): Promise<string[]> {
  const seen: string[] = [];
  const isForward = direction === "first";
  let cursor: string | null = null;
  for (let more = true; more;) {
    const place: string = isForward ? "after" : "before";
    const document = `query ($size: Int, $cursor: String) { runs(${direction}: $size, ${place}: $cursor) {
      nodes { runId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const answer: Answer = await query(document, { size, cursor });
    const { runs } = answer.data;
    const ids: string[] = runs.nodes.map(({ runId }: { runId: string }) => runId);
    if (isForward) seen.push(...ids);
    else seen.unshift(...ids);
    more = isForward ? runs.pageInfo.hasNextPage : runs.pageInfo.hasPreviousPage;
    cursor = isForward ? runs.pageInfo.endCursor : runs.pageInfo.startCursor;
  }
  return seen;
}

test("an unreachable database is masked, with a way to find it in the log", async ({
  gateway,
  nats: _nats,
}) => {
  const lines: string[] = [];
  const { createLogger } = await import("@weirflow/telemetry");
  const logger = createLogger({ service: "test", write: (line) => lines.push(line) });
  const url = `postgres://user:${randomUUID()}@127.0.0.1:1/none`;
  await using store = openStore({ url, applicationName: "test", logger: silentLogger });
  await using lineage = openLineageStore({ url });
  const { bus } = gateway;
  const ports = {
    store,
    lineage,
    bus,
    values: { get: async () => new Uint8Array() },
    hub: new RunHub({ bus, logger }),
    logger,
    cancelGraceMs: 1,
    triggerSubjects: [],
  };
  const handle = createApi({ ports, metrics: new Metrics(), stop: signal });
  await using server = await listen({ host: "127.0.0.1", port: 0, handle, drainMs: 0 });

  const response = await fetch(
    `http://127.0.0.1:${server.port}/graphql?query={flows{nodes{name}}}`,
  );
  const { errors } = (await response.json()) as {
    errors: { message: string; extensions: { code: string } }[];
  };

  expect(errors[0]).toMatchObject({
    message: "the service is not available now; try again",
    extensions: { code: "gateway/unavailable" },
  });
  expect(JSON.stringify(errors)).not.toContain("ECONNREFUSED");
  expect(lines.join("")).toContain("gateway.operation-failed");
});
