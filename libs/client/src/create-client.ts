import { ApiDeniedError, ApiFailedError, ApiUnreachableError } from "./errors.ts";
import { readEvents } from "./read-events.ts";

/** Values for the variables of a document: JSON. */
export type Variables = Readonly<Record<string, unknown>>;

/** Where the API is, and how to speak to it. */
export interface ClientOptions {
  /** Of the gateway, e.g. `http://127.0.0.1:4280`; with or without `/graphql`. */
  readonly url: string;
  readonly token?: string | undefined;
  /** @default the global one */
  readonly fetch?: typeof fetch;
}

/** Speaks GraphQL to one gateway. Holds nothing open between calls. */
export interface Client {
  /** Of the gateway, without `/graphql`. */
  readonly url: string;
  /**
   * Sends a query or mutation.
   *
   * @throws {@link ApiUnreachableError} `client/unreachable`, safe to retry a query.
   * @throws {@link ApiDeniedError} `client/denied`.
   * @throws {@link ApiFailedError} `client/failed`.
   */
  query<T>(document: string, variables: Variables, signal: AbortSignal): Promise<T>;
  /**
   * Subscribes; ends when the server has no more to say, and throws when the connection breaks before.
   *
   * @throws as {@link Client.query}.
   */
  subscribe<T>(document: string, variables: Variables, signal: AbortSignal): AsyncIterable<T>;
  /**
   * Reads a path of the gateway, e.g. the `url` of an artifact.
   *
   * @throws as {@link Client.query}.
   */
  download(path: string, signal: AbortSignal): Promise<Uint8Array>;
}

/**
 * A client of the GraphQL API.
 *
 * @example
 * const client = createClient({ url: "http://127.0.0.1:4280" });
 * const { runs } = await client.query<{ runs: { nodes: { runId: string }[] } }>("{ runs { nodes { runId } } }", {}, signal);
 */
export function createClient(options: ClientOptions): Client {
  const url = options.url.replace(/\/(graphql)?\/?$/, "");
  const send = sender(options);
  const post = async (accept: string, body: object, signal: AbortSignal): Promise<Response> =>
    await send(`${url}/graphql`, {
      method: "POST",
      headers: { accept, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
  return {
    url,
    query: async <T>(query: string, variables: Variables, signal: AbortSignal) => {
      const response = await post(JSON_TYPES, { query, variables }, signal);
      return dataOf(await readJson(response)) as T; // the caller wrote the document and knows its shape
    },
    subscribe: async function* <T>(query: string, variables: Variables, signal: AbortSignal) {
      const response = await post("text/event-stream", { query, variables }, signal);
      const results = isEventStream(response)
        ? readEvents(response, signal)
        : [await readJson(response)];
      for await (const result of results) yield dataOf(result) as T; // as above
    },
    download: async (path: string, signal: AbortSignal) => {
      const response = await send(new URL(path, `${url}/`).href, { signal });
      if (!response.ok) throw new ApiFailedError([`${response.status} for ${path}`]);
      return await response.bytes();
    },
  };
}

const JSON_TYPES = "application/graphql-response+json, application/json";

/** Sends requests with the token, and tells apart who is not there from who refuses. */
function sender({
  token,
  fetch: send = fetch,
}: ClientOptions): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    const response = await send(url, { ...init, headers }).catch((cause: unknown) => {
      init.signal?.throwIfAborted();
      throw new ApiUnreachableError(url, reasonOf(cause), cause);
    });
    if (response.status === 401 || response.status === 403)
      throw new ApiDeniedError(url, response.status);
    if (response.status >= 502 && response.status <= 504)
      throw new ApiUnreachableError(url, `status ${response.status}`);
    return response;
  };
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? reasonOf(thrown.cause) : thrown.message || thrown.name;
}

function isEventStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") === true;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiUnreachableError(response.url, "the answer is no GraphQL", cause);
  }
}

interface GraphQLResult {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

function dataOf(result: unknown): unknown {
  const { data, errors } = result as GraphQLResult; // what a GraphQL server answers
  if (errors !== undefined && errors.length > 0)
    throw new ApiFailedError(errors.map(({ message }) => message));
  return data;
}
