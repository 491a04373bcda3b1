import { describe, expect, test } from "vitest";
import { createClient } from "./create-client.ts";
import { ApiDeniedError, ApiFailedError, ApiUnreachableError } from "./errors.ts";

const signal = new AbortController().signal;

/** A server that answers each request with the next response, and remembers what it was asked. */
function answering(...responses: readonly (Response | Error)[]): {
  readonly fetch: typeof fetch;
  readonly asked: { readonly url: string; readonly init: RequestInit }[];
} {
  const asked: { readonly url: string; readonly init: RequestInit }[] = [];
  const left = [...responses];
  return {
    asked,
    fetch: async (input, init = {}) => {
      asked.push({ url: new Request(input).url, init });
      const next = left.shift() ?? new Error("asked too often");
      return next instanceof Error ? await Promise.reject(next) : await Promise.resolve(next);
    },
  };
}

function stream(...chunks: readonly string[]): Response {
  const body = new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

async function collect(values: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const collected: unknown[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

describe("query", () => {
  test("posts the document and its variables with the token, and gives the data", async () => {
    const server = answering(Response.json({ data: { runs: [] } }));
    const client = createClient({ url: "http://h:1/graphql", token: "t", fetch: server.fetch });

    expect(await client.query("{ runs }", { first: 1 }, signal)).toEqual({ runs: [] });

    const [{ url, init } = { url: "", init: {} }] = server.asked;
    expect(url).toBe("http://h:1/graphql");
    expect(new Headers(init.headers).get("authorization")).toBe("Bearer t");
    expect(init.body).toBe('{"query":"{ runs }","variables":{"first":1}}');
  });

  test.each([
    ["an address where nobody is", new TypeError("fetch failed"), ApiUnreachableError],
    ["a proxy without its server", new Response("", { status: 503 }), ApiUnreachableError],
    ["a server that is no GraphQL", new Response("<html>"), ApiUnreachableError],
    ["a token that is refused", new Response("", { status: 401 }), ApiDeniedError],
    [
      "errors of the server",
      Response.json({ errors: [{ message: "oh" }, { message: "no" }] }),
      ApiFailedError,
    ],
  ])("throws a typed error for %s", async (_, response, type) => {
    const client = createClient({ url: "http://h:1", fetch: answering(response).fetch });

    await expect(client.query("{ a }", {}, signal)).rejects.toThrow(type);
  });

  test("says why the address does not answer", async () => {
    const error = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    const client = createClient({ url: "http://h:1", fetch: answering(error).fetch });

    await expect(client.query("{ a }", {}, signal)).rejects.toThrow(
      "no answer from http://h:1/graphql: connect ECONNREFUSED",
    );
  });

  test("throws the reason of its signal, not an error of the network", async () => {
    const stop = AbortSignal.abort(new RangeError("stopped"));
    const client = createClient({ url: "http://h:1", fetch: answering(new Error("x")).fetch });

    await expect(client.query("{ a }", {}, stop)).rejects.toThrow("stopped");
  });
});

describe("subscribe", () => {
  test("gives each result until the stream is complete, however it is cut", async () => {
    const text =
      ":\n\n" +
      'event: next\ndata: {"data":{"n":1}}\n\n' +
      'event: next\r\ndata: {"data":\r\ndata: {"n":2}}\r\n\r\n' +
      "event: complete\ndata:\n\n" +
      'event: next\ndata: {"data":{"n":3}}\n\n';
    for (const size of [1, 3, 7, 1_000]) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      const client = createClient({ url: "http://h", fetch: answering(stream(...chunks)).fetch });

      expect(await collect(client.subscribe("subscription { n }", {}, signal))).toEqual([
        { n: 1 },
        { n: 2 },
      ]);
    }
  });

  test("throws when the stream ends before it is complete", async () => {
    const response = stream('event: next\ndata: {"data":{"n":1}}\n\n');
    const client = createClient({ url: "http://h", fetch: answering(response).fetch });

    await expect(collect(client.subscribe("subscription { n }", {}, signal))).rejects.toThrow(
      ApiUnreachableError,
    );
  });

  test("throws the errors of a result, and of an answer that is no stream", async () => {
    const errors = '{"errors":[{"message":"oh"}]}';
    for (const response of [
      stream(`event: next\ndata: ${errors}\n\n`),
      new Response(errors, { headers: { "content-type": "application/json" } }),
    ]) {
      const client = createClient({ url: "http://h", fetch: answering(response).fetch });

      await expect(collect(client.subscribe("subscription { n }", {}, signal))).rejects.toThrow(
        "oh",
      );
    }
  });

  test("lets the connection go when nobody reads on", async () => {
    let isCancelled = false;
    const body = new ReadableStream({
      pull: (controller) =>
        controller.enqueue(new TextEncoder().encode('event: next\ndata: {"data":1}\n\n')),
      cancel: () => {
        isCancelled = true;
      },
    });
    const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
    const client = createClient({ url: "http://h", fetch: answering(response).fetch });

    for await (const _ of client.subscribe("subscription { n }", {}, signal)) break;

    expect(isCancelled).toBe(true);
  });
});

describe("download", () => {
  test("reads a path of the same server", async () => {
    const server = answering(new Response("bytes"));
    const client = createClient({ url: "http://h:1/", fetch: server.fetch });

    const bytes = await client.download("/artifacts/a/b/c", signal);

    expect(new TextDecoder().decode(bytes)).toBe("bytes");
    expect(server.asked[0]?.url).toBe("http://h:1/artifacts/a/b/c");
  });

  test("throws when it is not there", async () => {
    const missing = new Response("", { status: 404 });
    const client = createClient({ url: "http://h", fetch: answering(missing).fetch });

    await expect(client.download("/x", signal)).rejects.toThrow("404 for /x");
  });
});
