import { isIP } from "node:net";
import { UrlRefusedError } from "./errors.ts";
import { whyRefused } from "./url-address.ts";

/** Which addresses may be asked. */
export interface UrlRules {
  /** Where it is not empty, these hosts alone: `example.org`, `example.org:8080`, `*.example.org`. */
  readonly hosts: readonly string[];
  /** Hosts that may be in a private network or on this machine, in the same form. */
  readonly privateHosts: readonly string[];
}

/** An address as people may see it: without its query, where keys often are. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** What cannot be taken apart, without what may be a query, a name and a password. */
function shownText(text: string): string {
  return text.replace(/[?#].*$/s, "").replace(/^.*@/s, "");
}

/**
 * Reads an address and sees that the rules allow it, as far as that is known without asking for its name.
 *
 * @throws {@link UrlRefusedError} `io/url-refused`.
 */
export function allowedUrl(text: string, rules: UrlRules): URL {
  if (!URL.canParse(text)) throw new UrlRefusedError(shownText(text), "it is no absolute address");
  const url = new URL(text);
  const refuse = (why: string, hint?: string): never => {
    throw new UrlRefusedError(shownUrl(url), why, hint);
  };
  if (url.protocol !== "http:" && url.protocol !== "https:")
    refuse(`"${url.protocol}" is neither http: nor https:`);
  if (url.username !== "" || url.password !== "")
    refuse("it holds a name or a password", "give them in `headers`");
  if (rules.hosts.length > 0 && !isListed(url, rules.hosts))
    refuse(`its host is not among ${rules.hosts.map((host) => `"${host}"`).join(", ")}`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) checkAddress(url, host, rules);
  return url;
}

/**
 * Sees that an IP address may be asked for what `url` names.
 *
 * @throws {@link UrlRefusedError} `io/url-refused`.
 */
export function checkAddress(url: URL, address: string, { privateHosts }: UrlRules): void {
  const why = isListed(url, privateHosts) ? undefined : whyRefused(address);
  if (why === undefined) return;
  const hint = "name the host in `privateHosts`, if whoever gives the address may reach it";
  throw new UrlRefusedError(shownUrl(url), `${address}: ${why}`, hint);
}

function isListed(url: URL, hosts: readonly string[]): boolean {
  return hosts.some((listed) => {
    const host = listed.toLowerCase();
    if (host.startsWith("*.")) return url.hostname.endsWith(host.slice(1));
    return host === url.hostname || host === url.host;
  });
}
