import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly reason: string;
}

/** Whether a name or address is this machine and nothing else. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/**
 * Turns away who may not be here: without the token where there is one; pages of other sites; and, without a token, names
 * for this machine that somebody else may have made up.
 */
export function refusalOf(
  { headers }: Pick<IncomingMessage, "headers">,
  token: string | undefined,
): Refusal | undefined {
  const { origin, host, authorization } = headers;
  if (origin !== undefined && URL.parse(origin)?.host !== host)
    return { status: 403, reason: "requests from pages of other origins are not taken" };
  if (token === undefined) {
    if (isLoopback(URL.parse(`http://${host}`)?.hostname ?? "")) return undefined;
    return { status: 403, reason: "without a token, the API answers to loopback names alone" };
  }
  if (isSame(authorization ?? "", `Bearer ${token}`)) return undefined;
  return { status: 401, reason: "send the token of the API as `Authorization: Bearer …`" };
}

/** Takes as long for every wrong text. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Uint8Array => hash("sha256", text, "buffer");
  return timingSafeEqual(digest(given), digest(wanted));
}
