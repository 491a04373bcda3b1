/**
 * Whether every subject that a NATS pattern matches is matched by another pattern, too.
 *
 * @example
 * isWithin("ingest.orders.>", "ingest.>"); // true
 * isWithin("ingest.>", "ingest.*"); // false
 */
export function isWithin(pattern: string, allowed: string): boolean {
  const inner = pattern.split(".");
  const outer = allowed.split(".");
  for (const [i, token] of outer.entries()) {
    const have = inner[i];
    if (have === undefined || have === "") return false;
    if (token === ">") return true;
    if (have === ">" || (token !== "*" && token !== have)) return false;
  }
  return inner.length === outer.length;
}
