import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RawDataError } from "./errors.ts";
import { resolveRawData } from "./raw-data.ts";
import { readTable } from "./read-table.ts";

const { signal } = new AbortController();
const csv = "ID;Work load Average/day ;Age\n11;239.554;33\n36;239.554;50\n";
const parsed = {
  ID: Float64Array.of(11, 36),
  "Work load Average/day": Float64Array.of(239.554, 239.554),
  Age: Float64Array.of(33, 50),
};
const zip = zipSync({ "readme.txt": strToU8("hello"), "data/Table.CSV": strToU8(csv) });

/** What the server answers, by path; other paths never get an answer. */
const answers: Readonly<Record<string, readonly [status: number, body: Uint8Array]>> = {
  "/table.csv": [200, strToU8(csv)],
  "/table.zip": [200, zip],
  "/gone": [410, strToU8("")],
  "/page": [200, strToU8("<html>\n<p>\n")],
};

let folder = "";
let server: Server;
let origin = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "absenteeism-"));
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer !== undefined) response.writeHead(answer[0]).end(answer[1]);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  // a TCP server's address is never a string
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(folder, { recursive: true });
});

describe("readTable", () => {
  test("reads a path, a file address and an http address", async () => {
    const path = join(folder, "a table.csv");
    await writeFile(path, csv);

    expect(await readTable(path, signal)).toEqual(parsed);
    expect(await readTable(pathToFileURL(path).href, signal)).toEqual(parsed);
    expect(await readTable(`${origin}/table.zip`, signal)).toEqual(parsed);
  });

  test("makes up rows for sample:SEED", async () => {
    const table = await readTable("sample:7", signal);

    expect(Object.keys(table)).toHaveLength(21);
  });

  test("says what is wrong with a file or an address", async () => {
    await expect(readTable(join(folder, "none.csv"), signal)).rejects.toThrow(/none.csv.*ENOENT/);
    await expect(readTable(`${origin}/gone`, signal)).rejects.toThrow("answered 410 Gone");
    await expect(readTable("http://127.0.0.1:1/x", signal)).rejects.toThrow(RawDataError);
  });

  test("stops when it is cancelled", async () => {
    const controller = new AbortController();
    const reading = readTable(`${origin}/never`, controller.signal);
    controller.abort(new Error("enough"));

    await expect(reading).rejects.toThrow("enough");
  });
});

describe("resolveRawData", () => {
  test("takes what it is given, with an absolute path", async () => {
    const path = join(folder, "given.csv");
    await writeFile(path, csv);

    const resolved = await resolveRawData({ rawData: path, cacheDir: folder, signal });

    expect(resolved).toMatchObject({ path, kind: "given" });
    expect(
      await resolveRawData({ rawData: "http://x.test/y.csv", cacheDir: folder, signal }),
    ).toMatchObject({ path: "http://x.test/y.csv", kind: "given" });
  });

  test("refuses a file that is not there", async () => {
    const resolving = resolveRawData({ rawData: "no/such.csv", cacheDir: folder, signal });

    await expect(resolving).rejects.toThrow('"no/such.csv": there is no such file');
  });

  test("fetches once and keeps it", async () => {
    const cacheDir = join(folder, "kept");
    const address = `${origin}/table.zip`;

    const first = await resolveRawData({ cacheDir, signal, address });
    const second = await resolveRawData({ cacheDir, signal, address: "http://127.0.0.1:1/" });

    expect(first.kind).toBe("fetched");
    expect(second.kind).toBe("cached");
    expect(second.path).toBe(first.path);
    expect(await readTable(first.path, signal)).toEqual(parsed);
    expect(await readFile(first.path)).toEqual(Buffer.from(zip));
  });

  test.each([
    ["cannot be reached", "http://127.0.0.1:1/x", /could not be had/],
    ["answers an error", "/gone", /410 Gone/],
    ["answers something else", "/page", /could not be had/],
    ["does not answer in time", "/never", /no answer in time/],
  ])("makes up a sample and says so when the address %s", async (_, path, note) => {
    const cacheDir = join(folder, "empty");
    const address = path.startsWith("/") ? origin + path : path;

    const resolved = await resolveRawData({ cacheDir, signal, address, timeoutMs: 200 });

    expect(resolved).toMatchObject({ path: "sample:445", kind: "sample" });
    expect(resolved.note).toMatch(/NOT the real table/);
    expect(resolved.note).toMatch(note);
    expect(await readdir(folder)).not.toContain("empty");
  });

  test("is cancelled rather than making something up", async () => {
    const controller = new AbortController();
    const resolving = resolveRawData({
      cacheDir: join(folder, "cancelled"),
      signal: controller.signal,
      address: `${origin}/never`,
    });
    controller.abort(new Error("enough"));

    await expect(resolving).rejects.toThrow("enough");
  });
});
