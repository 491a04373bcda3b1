import type { LookupAddress } from "node:dns";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { bind, graph, quietContext, value } from "@weirflow/dataflow";
import { describe, expect, test as base } from "vitest";
import { recordingContext } from "../test/fixture.ts";
import { InvalidOptionError, TooLargeError, UrlFailedError, UrlRefusedError } from "./errors.ts";
import { loadUrl } from "./load-url.ts";
import { requestUrl, type UrlRequest } from "./request-url.ts";

const context = quietContext();
const text = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);

/** A server on a free port of 127.0.0.1 that keeps what it was asked. */
interface Web {
  readonly host: string;
  readonly port: number;
  readonly asked: IncomingMessage[];
  answer: RequestListener;
}

const test = base.extend(
  "web",
  // vitest reads the needed fixtures from the pattern, so it must be there, even when it is empty.
  // oxlint-disable-next-line no-empty-pattern
  async ({}, { onCleanup }): Promise<Web> => {
    const asked: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      asked.push(request);
      web.answer(request, response);
    });
    const port = await listening(server);
    onCleanup(async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    });
    const web: Web = {
      host: `127.0.0.1:${port}`,
      port,
      asked,
      answer: (_request, response) => void response.end("hello"),
    };
    return web;
  },
);

async function listening(server: Server): Promise<number> {
  await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
  return (server.address() as AddressInfo).port; // it listens on a port, not on a pipe
}

describe("loadUrl", () => {
  test("loads the body, and tells what the server said of it but not the query", async ({
    web,
  }) => {
    const { told, ...context } = recordingContext();
    web.answer = (_request, response) => {
      response.setHeader("content-type", "text/csv").setHeader("etag", '"v1"');
      response.setHeader("last-modified", "Mon, 02 Mar 2026 10:00:00 GMT").end("a,b\n");
    };
    const url = `http://${web.host}/table.csv?key=secret`;

    const bytes = await loadUrl({ url, privateHosts: [web.host] }, context);

    expect(text(bytes)).toBe("a,b\n");
    expect(web.asked[0]?.url).toBe("/table.csv?key=secret");
    expect(web.asked[0]?.headers.connection).toBe("close"); // a kept one may lead elsewhere next time
    expect(told).toEqual([
      {
        url: `http://${web.host}/table.csv`,
        status: 200,
        sizeBytes: 4,
        mediaType: "text/csv",
        etag: '"v1"',
        lastModified: "Mon, 02 Mar 2026 10:00:00 GMT",
      },
    ]);
  });

  test("is a node of a graph", async ({ web }) => {
    const nodes = {
      page: bind(loadUrl, { url: "pageUrl", privateHosts: value([web.host]) }),
    };

    const { page } = await graph(nodes)
      .plan("page")
      .run({ pageUrl: `http://${web.host}/` });

    expect(text(page)).toBe("hello");
  });

  test("follows redirects, without credentials to another origin", async ({ web }) => {
    web.answer = ({ url }, response) => {
      if (url === "/end") response.end("there");
      else response.writeHead(302, { location: `http://localhost:${web.port}/end` }).end();
    };
    const { told, ...context } = recordingContext();

    const bytes = await loadUrl(
      {
        url: `http://${web.host}/start`,
        headers: { authorization: "Bearer secret", "x-session": "secret", Accept: "text/plain" },
        privateHosts: [web.host, "localhost"],
      },
      context,
    );

    expect(text(bytes)).toBe("there");
    expect(told).toMatchObject([{ redirectedTo: `http://localhost:${web.port}/end` }]);
    expect(web.asked[0]?.headers).toMatchObject({ authorization: "Bearer secret" });
    expect(web.asked[1]?.headers).toMatchObject({ accept: "text/plain" });
    expect(web.asked[1]?.headers).not.toHaveProperty("authorization");
    expect(web.asked[1]?.headers).not.toHaveProperty("x-session");
  });

  test("ends after a number of redirects", async ({ web }) => {
    web.answer = (_request, response) => void response.writeHead(301, { location: "/" }).end();

    const failing = loadUrl({ url: `http://${web.host}/`, privateHosts: [web.host] }, context);

    await expect(failing).rejects.toThrow("more than 5 redirects");
    await expect(failing).rejects.toMatchObject({ disposition: "fail" });
    expect(web.asked).toHaveLength(6);
  });

  test.for([
    [404, "fail"],
    [429, "retry"],
    [503, "retry"],
  ] as const)("says what %i means for another try", async ([status, disposition], { web }) => {
    web.answer = (_request, response) => void response.writeHead(status).end();

    const failing = loadUrl(
      { url: `http://${web.host}/a?key=1`, privateHosts: [web.host] },
      context,
    );

    await expect(failing).rejects.toThrow(UrlFailedError);
    await expect(failing).rejects.toMatchObject({ status, disposition });
    await expect(failing).rejects.toThrow(`"http://${web.host}/a" was not loaded`);
  });

  test("takes no more bytes than allowed, however they are sent", async ({ web }) => {
    const load = async (maxBytes: number) =>
      await loadUrl({ url: `http://${web.host}/`, privateHosts: [web.host], maxBytes }, context);
    expect(text(await load(5))).toBe("hello");
    await expect(load(4)).rejects.toThrow(TooLargeError);

    web.answer = (_request, response) =>
      void response.setHeader("content-encoding", "gzip").end(gzipSync("x".repeat(100_000)));
    expect((await load(100_000)).length).toBe(100_000);
    await expect(load(99_999)).rejects.toThrow(TooLargeError);
  });

  test.for([
    ["gzip", gzipSync],
    ["X-GZip", gzipSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
    ["deflate", deflateSync],
    ["Identity", (input: string) => Buffer.from(input)],
  ] as const)("unfolds what is encoded as %s", async ([encoding, encode], { web }) => {
    web.answer = (_request, response) =>
      void response.setHeader("content-encoding", encoding).end(encode("hello"));

    const bytes = await loadUrl({ url: `http://${web.host}/`, privateHosts: [web.host] }, context);

    expect(text(bytes)).toBe("hello");
  });

  test.for(["constructor", "gzip, gzip", "aes128gcm"])(
    "refuses what is encoded as %s",
    async (encoding, { web }) => {
      web.answer = (_request, response) =>
        void response.setHeader("content-encoding", encoding).end("hello");

      const failing = loadUrl({ url: `http://${web.host}/`, privateHosts: [web.host] }, context);

      await expect(failing).rejects.toThrow(`its body is encoded as "${encoding}"`);
      await expect(failing).rejects.toMatchObject({ disposition: "fail" });
    },
  );

  test("takes the types that are wanted alone", async ({ web }) => {
    const load = async (type: string) => {
      web.answer = (_request, response) =>
        void response.setHeader("content-type", type).end("hello");
      const mediaTypes = ["text/csv", "application/json"];
      return await loadUrl(
        { url: `http://${web.host}/`, privateHosts: [web.host], mediaTypes },
        context,
      );
    };

    expect(text(await load("Text/CSV; charset=utf-8"))).toBe("hello");
    await expect(load("text/html")).rejects.toThrow(
      'it is "text/html", not text/csv or application/json',
    );
    await expect(load("text/html")).rejects.toMatchObject({ disposition: "fail" });
  });

  test("refuses a time that is none, and a header that cannot be sent", async ({ web }) => {
    const given = { url: `http://${web.host}/`, privateHosts: [web.host] };

    await expect(loadUrl({ ...given, timeoutMs: Number.NaN }, context)).rejects.toThrow(
      InvalidOptionError,
    );
    const injected = loadUrl({ ...given, headers: { a: "b\r\nc: d" } }, context);
    await expect(injected).rejects.toMatchObject({ code: "io/url-failed", disposition: "fail" });
    expect(web.asked).toEqual([]);
  });

  test("ends in time when the server does not, and may be tried again", async ({ web }) => {
    web.answer = (_request, response) => void response.write("never whole");
    const url = `http://${web.host}/`;

    const failing = loadUrl({ url, privateHosts: [web.host], timeoutMs: 50 }, context);

    await expect(failing).rejects.toThrow("no whole answer within 50 ms");
    await expect(failing).rejects.toMatchObject({ disposition: "retry" });
  });

  test("stops when the run is cancelled", async ({ web }) => {
    const stop = new AbortController();
    web.answer = () => stop.abort(new RangeError("cancelled"));
    const url = `http://${web.host}/`;

    const failing = loadUrl({ url, privateHosts: [web.host] }, quietContext(stop.signal));

    await expect(failing).rejects.toThrow("cancelled");
  });

  test("says that a body broke off", async ({ web }) => {
    web.answer = (_request, response) => {
      response.setHeader("content-length", "100").write("half");
      response.socket?.end();
    };

    const failing = loadUrl({ url: `http://${web.host}/`, privateHosts: [web.host] }, context);

    await expect(failing).rejects.toThrow("its body broke off");
  });
});

describe("loadUrl refuses", () => {
  test.for([
    "http://127.0.0.1:PORT/",
    "http://localhost:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::1]:PORT/",
    "http://0.0.0.0:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f.1:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://127.0.0.1.:PORT/",
    "http://[64:ff9b::7f00:1]:PORT/",
  ])("%s, however it is spelled, and sends nothing", async (spelled, { web }) => {
    const failing = loadUrl({ url: spelled.replace("PORT", String(web.port)) }, context);

    await expect(failing).rejects.toThrow(UrlRefusedError);
    expect(web.asked).toEqual([]);
  });

  test.for([
    ["http://169.254.169.254/latest/meta-data/", "metadata"],
    ["http://[fd00:ec2::254]/", "not of the public internet"],
    ["file:///etc/passwd", '"file:" is neither http: nor https:'],
    ["ftp://example.org/", "neither http: nor https:"],
    ["data:text/plain,hello", "neither http: nor https:"],
    ["/etc/passwd", "it is no absolute address"],
    ["https://user:password@example.org/", "it holds a name or a password"],
    ["https://user:password@exa mple.org/", "it is no absolute address"],
  ] as const)("%s", async ([url, why]) => {
    await expect(loadUrl({ url }, context)).rejects.toThrow(UrlRefusedError);
    await expect(loadUrl({ url }, context)).rejects.toThrow(why);
    await expect(loadUrl({ url }, context)).rejects.not.toThrow("user:password");
  });

  test("hosts that are not listed", async ({ web }) => {
    const privateHosts = [web.host];
    const load = async (host: string, hosts: readonly string[]) =>
      await loadUrl({ url: `http://${host}/`, hosts, privateHosts }, context);

    expect(text(await load(web.host, ["127.0.0.1"]))).toBe("hello");
    expect(text(await load(web.host, [web.host]))).toBe("hello");
    await expect(load(web.host, ["127.0.0.1:1"])).rejects.toThrow("is not among");
    await expect(load("evil-example.org", ["*.example.org"])).rejects.toThrow("is not among");
    await expect(load("example.org.evil.com", ["example.org"])).rejects.toThrow("is not among");
  });

  test("a redirect to this machine, to another protocol, and to a host that is not listed", async ({
    web,
  }) => {
    let location = "";
    web.answer = (_request, response) => void response.writeHead(307, { location }).end();
    const load = async (to: string, hosts: readonly string[] = []) => {
      location = to;
      return await loadUrl(
        { url: `http://${web.host}/`, hosts, privateHosts: [web.host] },
        context,
      );
    };

    await expect(load(`http://localhost:${web.port}/`)).rejects.toThrow(UrlRefusedError);
    await expect(load("http://169.254.169.254/")).rejects.toThrow("metadata");
    await expect(load("file:///etc/passwd")).rejects.toThrow("neither http: nor https:");
    await expect(load("http://example.org/", [web.host])).rejects.toThrow("is not among");
    expect(web.asked).toHaveLength(4);
  });
});

describe("requestUrl", () => {
  const rules = { hosts: [], privateHosts: [] };
  const { signal } = new AbortController();
  const at = (...addresses: string[]): LookupAddress[] =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

  const ask = async (web: Web, options: Partial<UrlRequest>) =>
    await requestUrl({
      url: `http://name.test:${web.port}/`,
      headers: {},
      rules,
      lookup: async () => at("127.0.0.1"),
      signal,
      ...options,
    });

  test("refuses a name of this machine", async ({ web }) => {
    const failing = ask(web, {});

    await expect(failing).rejects.toThrow(UrlRefusedError);
    await expect(failing).rejects.toThrow(
      `"http://name.test:${web.port}/" is not asked: 127.0.0.1`,
    );
    expect(web.asked).toEqual([]);
  });

  test("refuses a name with one refused address among public ones", async ({ web }) => {
    const lookup = async () => at("93.184.215.14", "::ffff:10.0.0.1");

    await expect(ask(web, { lookup })).rejects.toThrow("private network");
  });

  test("connects to the address that was checked: the name is looked up once", async ({ web }) => {
    let lookups = 0;
    const lookup = async () => at(++lookups === 1 ? "127.0.0.1" : "169.254.169.254");

    const { message } = await ask(web, {
      lookup,
      rules: { hosts: [], privateHosts: ["name.test"] },
    });

    expect(message.statusCode).toBe(200);
    message.destroy();
    expect(lookups).toBe(1);
    expect(web.asked[0]?.headers.host).toBe(`name.test:${web.port}`);
  });

  test("checks a name anew when it is redirected to", async ({ web }) => {
    web.answer = (_request, response) =>
      void response.writeHead(302, { location: `http://inner.test:${web.port}/` }).end();
    const names: string[] = [];
    const lookup = async (name: string) => {
      names.push(name);
      return at("127.0.0.1");
    };

    const failing = ask(web, { lookup, rules: { hosts: [], privateHosts: ["name.test"] } });

    await expect(failing).rejects.toThrow("inner.test");
    await expect(failing).rejects.toThrow(UrlRefusedError);
    expect(names).toEqual(["name.test", "inner.test"]);
    expect(web.asked).toHaveLength(1);
  });

  test("stops while a name is looked up", async ({ web }) => {
    const stop = new AbortController();
    const lookup = async () => {
      stop.abort(new RangeError("cancelled"));
      return await new Promise<LookupAddress[]>(() => undefined);
    };

    await expect(ask(web, { lookup, signal: stop.signal })).rejects.toThrow("cancelled");
  });

  test("says that a name is not known, which may change", async ({ web }) => {
    const lookup = async (): Promise<LookupAddress[]> => {
      throw new Error("getaddrinfo ENOTFOUND name.test");
    };

    await expect(ask(web, { lookup })).rejects.toMatchObject({
      code: "io/url-failed",
      disposition: "retry",
    });
  });
});
