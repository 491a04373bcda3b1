import { describe, expect, test } from "vitest";
import { type HealthOptions, listenHealth } from "./health.ts";

async function get(port: number, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: await response.json() };
}

async function listen(checks: HealthOptions["checks"] = {}) {
  return await listenHealth({ port: 0, checks });
}

describe("listenHealth", () => {
  test("is alive whatever the checks say", async () => {
    await using health = await listen({ nats: () => false });

    expect(await get(health.port, "/livez")).toEqual({ status: 200, body: { status: "ok" } });
  });

  test("is ready when every check holds", async () => {
    await using health = await listen({
      nats: () => true,
      db: async () => await Promise.resolve(true),
    });

    expect(await get(health.port, "/readyz")).toEqual({
      status: 200,
      body: { status: "ok", checks: { nats: true, db: true } },
    });
  });

  test("says which check does not hold; one that throws does not", async () => {
    await using health = await listen({
      nats: () => true,
      db: async () => await Promise.reject(new TypeError("secret")),
    });

    expect(await get(health.port, "/readyz")).toEqual({
      status: 503,
      body: { status: "not ready", checks: { nats: true, db: false } },
    });
  });

  test("is not ready once it drains", async () => {
    await using health = await listen({ nats: () => true });

    health.drain();

    expect(await get(health.port, "/readyz")).toMatchObject({
      status: 503,
      body: { status: "draining" },
    });
    expect(await get(health.port, "/livez")).toMatchObject({ status: 200 });
  });

  test("shows metrics where there are any", async () => {
    await using health = await listenHealth({ port: 0, metrics: () => "weir_up 1\n" });
    await using without = await listen();

    const response = await fetch(`http://127.0.0.1:${health.port}/metrics`);

    expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await response.text()).toBe("weir_up 1\n");
    expect(await get(without.port, "/metrics")).toMatchObject({ status: 404 });
  });

  test("knows no other path", async () => {
    await using health = await listen();

    expect(await get(health.port, "/secrets")).toMatchObject({ status: 404 });
  });

  test("says which port is taken", async () => {
    await using health = await listen();

    await expect(listenHealth({ port: health.port })).rejects.toMatchObject({
      code: "lifecycle/health-port",
      port: health.port,
    });
  });

  test("stops with a connection open, twice at once", async () => {
    const health = await listen();
    await get(health.port, "/livez");

    await Promise.all([health[Symbol.asyncDispose](), health[Symbol.asyncDispose]()]);

    await expect(get(health.port, "/livez")).rejects.toThrow();
  });

  test("stops while a check hangs", async () => {
    const asked = Promise.withResolvers<void>();
    const health = await listen({
      db: async () => {
        asked.resolve();
        return await new Promise<boolean>(() => undefined);
      },
    });
    const answer = get(health.port, "/readyz").catch(() => "cut off");
    await asked.promise;

    await health[Symbol.asyncDispose]();

    expect(await answer).toBe("cut off");
  });
});
