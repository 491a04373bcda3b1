import { createHash } from "node:crypto";
import { request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "@weirflow/values";
import { silentLogger } from "@weirflow/telemetry";
import { describe, expect } from "vitest";
import {
  claimed,
  deployed,
  gatewayTest as test,
  oneRun,
  show,
  signal,
  work,
} from "../../test/fixture.ts";
import { readConfig } from "../config.ts";
import { createGateway } from "../create-gateway.ts";

type Gateway = Parameters<typeof deployed>[0];

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

/** A run whose first task saved this artifact; gives its path. */
async function saved(gateway: Gateway, more: object = {}): Promise<string> {
  await using values = openFileStore(gateway.valuesDir);
  const blobHash = await values.put(new TextEncoder().encode(SVG), signal);
  const runId = await oneRun(gateway);
  const artifact = {
    key: "picture/of it",
    kind: "graph",
    mediaType: "image/svg+xml",
    blobHash,
    sizeBytes: SVG.length,
    ...more,
  } as const;
  await work(gateway, {
    runId,
    call: "compute",
    report: { outcome: "failed", artifacts: [artifact] },
  });
  const { data } = await gateway.query(
    `query ($id: ID!) { run(id: $id) { artifacts { url kind taskRun { call } } } }`,
    { id: runId },
  );
  expect(data.run.artifacts).toMatchObject([{ kind: "GRAPH", taskRun: { call: "compute" } }]);
  return data.run.artifacts[0].url as string;
}

describe("GET /artifacts", () => {
  test("gives the bytes, and nothing in them may run", async ({ gateway }) => {
    const path = await saved(gateway);

    const response = await fetch(gateway.url + path);

    expect(await response.text()).toBe(SVG);
    expect(response.headers.get("content-type")).toBe("image/svg+xml");
    expect(response.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-disposition")).toBe(
      "inline; filename*=UTF-8''picture%2Fof%20it",
    );
  });

  test("is not sent again to who has it", async ({ gateway }) => {
    const path = await saved(gateway);
    const etag = (await fetch(gateway.url + path)).headers.get("etag") ?? "";

    const again = await fetch(gateway.url + path, { headers: { "if-none-match": etag } });

    expect(again.status).toBe(304);
  });

  test("gives the bytes of a running task as it saved them last", async ({ gateway }) => {
    const runId = await oneRun(gateway);
    const key = await claimed(gateway, { runId, call: "compute" });
    const shown = async (sequence: number, text: string) => {
      await show(gateway.store, key, { sequence, text });
      const { data } = await gateway.query(
        `query ($id: ID!) { run(id: $id) { artifacts { url blobHash sizeBytes updatedAt } } }`,
        { id: runId },
      );
      expect(data.run.artifacts).toHaveLength(1);
      return data.run.artifacts[0];
    };

    const first = await shown(1, "<svg>1</svg>");
    const before = await fetch(gateway.url + first.url);
    const second = await shown(2, "<svg>1 2</svg>");
    const after = await fetch(gateway.url + second.url, {
      headers: { "if-none-match": before.headers.get("etag") ?? "" },
    });

    expect(await before.text()).toBe("<svg>1</svg>");
    expect(await after.text()).toBe("<svg>1 2</svg>");
    expect(second).toMatchObject({ url: first.url, sizeBytes: 14 });
    expect(after.headers.get("etag")).toBe(`"${second.blobHash}"`);
    expect(after.headers.get("content-security-policy")).toMatch(/^sandbox/);
    expect(Date.parse(second.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt));
  });

  test("takes an odd media type for bytes, and says the charset of text", async ({ gateway }) => {
    const odd = await fetch(
      gateway.url + (await saved(gateway, { mediaType: "text/html\r\nx: y" })),
    );

    expect(odd.headers.get("content-type")).toBe("application/octet-stream");
  });

  test("says when there is none, and when its bytes are gone", async ({ gateway }) => {
    const gone = await saved(gateway, {
      blobHash: createHash("sha256").update("other").digest("hex"),
    });

    expect((await fetch(gateway.url + gone)).status).toBe(404);
    expect((await fetch(`${gateway.url}/artifacts/x/y/z`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/artifacts/..%2f..%2fetc/passwd/x`)).status).toBe(404);
  });
});

describe("the server", () => {
  test("says that it lives and can serve", async ({ gateway }) => {
    expect(await (await fetch(`${gateway.url}/livez`)).json()).toEqual({ status: "ok" });
    expect(await (await fetch(`${gateway.url}/readyz`)).json()).toEqual({
      status: "ok",
      checks: { database: true, lineageDatabase: true, nats: true },
    });
  });

  test("says where everything is", async ({ gateway }) => {
    const response = await fetch(gateway.url);

    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toContain("/graphql");
  });

  test("counts operations for Prometheus", async ({ gateway }) => {
    await gateway.query("{ flows { nodes { name } } }");

    const text = await (await fetch(`${gateway.url}/metrics`)).text();

    expect(text).toContain('weir_gateway_operation_seconds_count{type="query",outcome="ok"} 1');
  });

  test("turns away pages of other origins and made-up names", async ({ gateway }) => {
    const foreign = await fetch(`${gateway.url}/graphql?query={__typename}`, {
      headers: { origin: "https://evil.example" },
    });
    const rebound = await statusOf(gateway.url, { host: "evil.example" });
    const own = await fetch(`${gateway.url}/graphql?query={__typename}`, {
      headers: { origin: gateway.url },
    });

    expect([foreign.status, rebound, own.status]).toEqual([403, 403, 200]);
  });

  test("answers what is unknown with 404, and writes to what is read with 405", async ({
    gateway,
  }) => {
    expect((await fetch(`${gateway.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/metrics`, { method: "POST" })).status).toBe(405);
  });
});

/** `fetch` does not let a test lie about the host. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    request(`${url}/metrics`, { headers }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
}

describe("createGateway", () => {
  const started = test.extend("started", async ({ postgres, nats }, { onCleanup }) => {
    const stack = new AsyncDisposableStack();
    onCleanup(async () => await stack.disposeAsync());
    const dir = await mkdtemp(join(tmpdir(), "weirflow-gateway-"));
    stack.defer(async () => await rm(dir, { recursive: true, force: true }));
    const env = {
      WEIR_NATS_URL: nats.url,
      WEIR_DATABASE_URL: await postgres.freshDatabase(),
      WEIR_LINEAGE_DATABASE_URL: await postgres.freshDatabase(),
      WEIR_VALUES_URL: dir,
      WEIR_GATEWAY_PORT: "0",
    };
    return async (more: Record<string, string> = {}, stop: AbortSignal = signal) =>
      stack.use(
        await createGateway({
          config: readConfig({ ...env, ...more }),
          logger: silentLogger,
          signal: stop,
        }),
      );
  });
  const token = "correct-horse-battery-staple";

  started("demands the token on everything but health and the front page", async ({ started }) => {
    const { port } = await started({ WEIR_API_TOKEN: token });
    const status = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
    const query = "/graphql?query={__typename}";

    expect(
      await Promise.all(
        ["/livez", "/readyz", "/", query, "/metrics", "/artifacts/a/b/c"].map(
          async (path) => await status(path),
        ),
      ),
    ).toEqual([200, 200, 200, 401, 401, 401]);
    expect(await status(query, { authorization: "Bearer wrong" })).toBe(401);
    expect(await status(query, { authorization: `Bearer ${token}` })).toBe(200);
  });

  started("refuses to listen for others without a token", async ({ started }) => {
    await expect(started({ WEIR_GATEWAY_HOST: "0.0.0.0" })).rejects.toMatchObject({
      code: "gateway/open",
    });
  });

  started("names the port that is taken", async ({ started }) => {
    const { port } = await started();

    await expect(started({ WEIR_GATEWAY_PORT: String(port) })).rejects.toMatchObject({
      code: "gateway/port",
    });
  });

  started("is not ready any more once it was told to stop", async ({ started }) => {
    const stop = new AbortController();
    const { port } = await started({}, stop.signal);

    stop.abort();

    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([response.status, ((await response.json()) as { status: string }).status]).toEqual([
      503,
      "draining",
    ]);
  });

  started("stops twice at once, idle", async ({ started }) => {
    const gateway = await started();

    await Promise.all([gateway[Symbol.asyncDispose](), gateway[Symbol.asyncDispose]()]);

    await expect(fetch(`http://127.0.0.1:${gateway.port}/livez`)).rejects.toThrow("fetch failed");
  });

  started(
    "cuts those who watch, so that they come back, and stops at once",
    async ({ started, gateway }) => {
      await oneRun(gateway);
      const mine = await started();
      const url = `http://127.0.0.1:${mine.port}`;
      const query = queryOn(url);
      await deployed({ ...gateway, query });
      const { data } = await query(
        `mutation { startRun(input: { deployment: "sums", params: { base: 1 } }) { ... on StartRunPayload { run { runId } } } }`,
      );
      const response = await fetch(
        `${url}/graphql?query=subscription{runChanged(runId:"${data.startRun.run.runId}"){revision}}`,
        { headers: { accept: "text/event-stream" } },
      );
      const reading = expect(response.text()).rejects.toThrow("terminated");

      await mine[Symbol.asyncDispose]();

      await reading;
    },
  );
});

function queryOn(url: string): Gateway["query"] {
  return async (query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Awaited<ReturnType<Gateway["query"]>>;
  };
}
