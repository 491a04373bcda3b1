import type { LookupAddress } from "node:dns";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { UrlFailedError, UrlRefusedError } from "./errors.ts";
import { allowedUrl, checkAddress, shownUrl, type UrlRules } from "./url-rules.ts";

/** Finds the addresses of a name. */
export type Lookup = (name: string) => Promise<readonly LookupAddress[]>;

/** What to ask, and how. */
export interface UrlRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rules: UrlRules;
  readonly lookup: Lookup;
  readonly signal: AbortSignal;
}

/** An answer whose body has not been read. */
export interface UrlAnswer {
  /** Where it came from in the end. */
  readonly url: URL;
  readonly message: IncomingMessage;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Asks an address by GET, and those that it redirects to.
 *
 * I1. Each address, the first and those of redirects, passes the rules before a byte is sent.
 * I2. The connection goes to an IP address that was checked: a name is looked up once, and not again for connecting.
 * I3. Headers that may hold credentials do not follow a redirect to another origin, and https does not become http.
 *
 * @throws {@link UrlRefusedError} `io/url-refused`, {@link UrlFailedError} `io/url-failed`.
 */
export async function requestUrl(options: UrlRequest): Promise<UrlAnswer> {
  let url = allowedUrl(options.url, options.rules);
  let headers = options.headers;
  for (let redirects = 0; ; redirects++) {
    const message = await ask(url, { ...options, headers });
    const location = message.headers.location;
    if (!REDIRECTS.has(message.statusCode ?? 0) || location === undefined) return { url, message };
    message.destroy();
    if (redirects === MAX_REDIRECTS)
      throw new UrlFailedError(shownUrl(url), `more than ${MAX_REDIRECTS} redirects`);
    const next = redirectOf(url, location, options.rules);
    if (next.origin !== url.origin) headers = harmless(headers);
    url = next;
  }
}

function redirectOf(from: URL, location: string, rules: UrlRules): URL {
  if (!URL.canParse(location, from.href))
    throw new UrlRefusedError(shownUrl(from), "it redirects to what is no address");
  const next = allowedUrl(new URL(location, from).href, rules);
  if (from.protocol === "https:" && next.protocol === "http:")
    throw new UrlRefusedError(shownUrl(next), "it is http, redirected to from https");
  return next;
}

const HARMLESS = new Set(["accept", "accept-language", "user-agent"]);

/** The headers that never hold a credential: any other may, whatever it is called. */
function harmless(headers: UrlRequest["headers"]): UrlRequest["headers"] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => HARMLESS.has(name.toLowerCase())),
  );
}

async function ask(url: URL, options: UrlRequest): Promise<IncomingMessage> {
  const { headers, signal } = options;
  try {
    const addresses = await addressesOf(url, options);
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    const asked = request(url, {
      agent: false, // a connection of an earlier request may lead elsewhere
      headers: { "accept-encoding": "identity", ...headers },
      lookup: pinned(addresses),
      signal,
    });
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    asked.on("response", resolve).on("error", reject).end();
    return await promise;
  } catch (error) {
    if (signal.aborted || error instanceof UrlRefusedError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UrlFailedError(shownUrl(url), why, { cause: error });
  }
}

/**
 * The addresses to connect to; none where the host is one itself, which the rules have seen.
 *
 * A name with any refused address is refused: which one would be taken is not ours to choose.
 */
async function addressesOf(
  url: URL,
  { rules, lookup, signal }: UrlRequest,
): Promise<readonly LookupAddress[]> {
  if (url.hostname.startsWith("[") || isIP(url.hostname) !== 0) return [];
  const found = await unlessAborted(lookup(url.hostname), signal);
  for (const { address } of found) checkAddress(url, address, rules);
  return found;
}

/** Name servers cannot be told to stop. */
async function unlessAborted<T>(made: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([made, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Answers with addresses that are known already. */
function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  const [first] = addresses;
  return (_name, { all }, callback) => {
    queueMicrotask(() =>
      all === true
        ? callback(null, [...addresses])
        : callback(null, first?.address ?? "", first?.family),
    );
  };
}
