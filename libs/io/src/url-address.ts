import { BlockList, isIP } from "node:net";

/**
 * Why nobody should be sent to an IP address on behalf of somebody else.
 *
 * Addresses that embed an IPv4 address (mapped, NAT64) count as that one; those of 6to4, Teredo and the like are refused.
 *
 * @returns `undefined` for an address of the public internet.
 */
export function whyRefused(address: string): string | undefined {
  const plain = address.replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 0) return "it is no IP address";
  if (family === 4) return whyRefused4(plain);
  if (MAPPED.check(plain, "ipv6")) return whyRefused4Mapped(plain);
  const embedded = nat64(plain);
  if (embedded !== undefined) return whyRefused4(embedded);
  if (!PUBLIC6.check(plain, "ipv6")) return "it is not of the public internet";
  return RESERVED6.check(plain, "ipv6") ? "it is reserved" : undefined;
}

function whyRefused4(address: string): string | undefined {
  return REFUSED4.find(({ list }) => list.check(address, "ipv4"))?.why;
}

/** A list of IPv4 networks also knows their mapped addresses. */
function whyRefused4Mapped(address: string): string | undefined {
  return REFUSED4.find(({ list }) => list.check(address, "ipv6"))?.why;
}

/** The IPv4 address inside one of NAT64, `64:ff9b::/96`. */
function nat64(address: string): string | undefined {
  const { hostname } = new URL(`http://[${address}]`);
  const [, high, low] = /^\[64:ff9b::([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join(".");
}

function listOf(type: "ipv4" | "ipv6", networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), type);
  }
  return list;
}

const REFUSED4: readonly { readonly list: BlockList; readonly why: string }[] = [
  { list: listOf("ipv4", ["127.0.0.0/8", "0.0.0.0/8"]), why: "it is this machine" },
  {
    list: listOf("ipv4", ["169.254.0.0/16", "168.63.129.16/32"]),
    why: "clouds keep their metadata there",
  },
  {
    list: listOf("ipv4", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]),
    why: "it is of a private network",
  },
  {
    list: listOf("ipv4", [
      "192.0.0.0/24",
      "192.0.2.0/24",
      "192.88.99.0/24",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "224.0.0.0/4",
      "240.0.0.0/4",
    ]),
    why: "it is reserved",
  },
];

const MAPPED = listOf("ipv6", ["::ffff:0:0/96"]);
const PUBLIC6 = listOf("ipv6", ["2000::/3"]);
/** Inside the public range: protocols (Teredo among them), documentation, 6to4. */
const RESERVED6 = listOf("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]);
