import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib";
import type { NodeContext, NodeFacts } from "@weirflow/dataflow";
import { eachTime, type IoNode } from "./each-time.ts";
import { InvalidOptionError, TooLargeError, UrlFailedError } from "./errors.ts";
import { requestUrl, type UrlAnswer } from "./request-url.ts";
import { shownUrl } from "./url-rules.ts";

/** What {@link loadUrl} takes. */
export interface LoadUrlOptions {
  /** An `http:` or `https:` address. */
  readonly url: string;
  /** Sent along; none but `accept`, `accept-language` and `user-agent` follow a redirect to another origin. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Hosts that may be asked, e.g. `example.org`, `*.example.org`, `example.org:8080`. @default any */
  readonly hosts?: readonly string[] | undefined;
  /** Hosts that may be in a private network or on this machine, e.g. `127.0.0.1:8080`. @default none */
  readonly privateHosts?: readonly string[] | undefined;
  /** What the body may be, e.g. `text/csv`; servers that do not know an address often answer with a page. @default any */
  readonly mediaTypes?: readonly string[] | undefined;
  /** Bytes of the body at most, as they are once decompressed. @default 100 MiB */
  readonly maxBytes?: number | undefined;
  /** For everything: redirects, and the body to its end. @default 30_000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Loads what an address answers to GET, as bytes.
 *
 * Safe with addresses that others give: it never connects to this machine, to private and link-local networks or to the
 * metadata services of clouds, whatever a name resolves to or an answer redirects to, unless `privateHosts` names the
 * host.
 *
 * Records `url` (without its query), `status`, `sizeBytes`, `mediaType`, `etag`, `lastModified`, and `redirectedTo`.
 *
 * @throws {@link UrlRefusedError} `io/url-refused`, {@link TooLargeError} `io/too-large`,
 * {@link UrlFailedError} `io/url-failed`, which says whether another try may help, {@link InvalidOptionError}
 * `io/invalid-option`.
 * @example
 * export const rawBytes = bind(loadUrl, { url: "rawUrl", hosts: value(["archive.ics.uci.edu"]) });
 */
export const loadUrl: IoNode<LoadUrlOptions, Uint8Array> = eachTime(readUrl);

async function readUrl(
  {
    url,
    headers = {},
    hosts = [],
    privateHosts = [],
    mediaTypes = [],
    maxBytes = 100 * 1024 ** 2,
    timeoutMs = 30_000,
  }: LoadUrlOptions,
  { record, signal }: NodeContext,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  const timeout = timeoutOf(timeoutMs);
  const rules = { hosts, privateHosts };
  const both = AbortSignal.any([signal, timeout]);
  try {
    const answer = await requestUrl({ url, headers, rules, lookup: allAddresses, signal: both });
    const bytes = await bodyOf(answer, { mediaTypes, maxBytes });
    record({ url: shownUrl(new URL(url)), ...factsOf(answer, url), sizeBytes: bytes.length });
    return bytes;
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new UrlFailedError(shownUrl(new URL(url)), `no whole answer within ${timeoutMs} ms`, {
      cause: error,
    });
  }
}

async function allAddresses(name: string) {
  return await lookup(name, { all: true });
}

function timeoutOf(timeoutMs: number): AbortSignal {
  try {
    return AbortSignal.timeout(timeoutMs);
  } catch (error) {
    throw new InvalidOptionError("timeoutMs", `${timeoutMs}`, "no number of milliseconds", error);
  }
}

/** What is taken of an answer. */
interface BodyRules {
  readonly mediaTypes: readonly string[];
  readonly maxBytes: number;
}

async function bodyOf(answer: UrlAnswer, rules: BodyRules): Promise<Uint8Array> {
  const { url, message } = answer;
  const { maxBytes } = rules;
  try {
    checkHead(answer, rules);
    return await collect(decoded(url, message), shownUrl(url), maxBytes);
  } catch (error) {
    if (error instanceof TooLargeError || error instanceof UrlFailedError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UrlFailedError(shownUrl(url), `its body broke off: ${why}`, { cause: error });
  } finally {
    message.destroy();
  }
}

function checkHead({ url, message }: UrlAnswer, { mediaTypes }: BodyRules): void {
  const status = message.statusCode ?? 0;
  if (status < 200 || status > 299)
    throw new UrlFailedError(
      shownUrl(url),
      `the server answered ${status} ${message.statusMessage ?? ""}`.trimEnd(),
      { status },
    );
  const [type = ""] = (message.headers["content-type"] ?? "").toLowerCase().split(/ *;/);
  if (mediaTypes.length > 0 && !mediaTypes.some((taken) => taken.toLowerCase() === type))
    throw new UrlFailedError(shownUrl(url), `it is "${type}", not ${mediaTypes.join(" or ")}`);
}

async function collect(body: Readable, shown: string, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of body) {
    const bytes = part as Buffer; // a stream without an encoding gives buffers
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) throw new TooLargeError(shown, maxBytes);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** The body without the compression that some servers add unasked. */
function decoded(url: URL, message: IncomingMessage): Readable {
  const encoding = (message.headers["content-encoding"] ?? "identity").toLowerCase();
  if (encoding === "identity") return message;
  const make = DECODERS.get(encoding);
  if (make === undefined)
    throw new UrlFailedError(shownUrl(url), `its body is encoded as "${encoding}"`);
  const decoder = make();
  message.on("error", (error) => decoder.destroy(error));
  return message.pipe(decoder);
}

type Decoder = ReturnType<typeof createGunzip>;

const DECODERS: ReadonlyMap<string, () => Decoder> = new Map<string, () => Decoder>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
  ["zstd", createZstdDecompress],
]);

function factsOf({ url, message }: UrlAnswer, asked: string): NodeFacts {
  const { etag, "last-modified": lastModified, "content-type": mediaType } = message.headers;
  return {
    status: message.statusCode ?? null,
    ...(url.href === new URL(asked).href ? {} : { redirectedTo: shownUrl(url) }),
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}
