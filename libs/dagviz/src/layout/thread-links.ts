import { type Box, join, type Link, newBend, type Vertex } from "./vertex.ts";

/** Bends beyond this many are not made: the edges that would need most of them go straight instead. */
const bendBudget = 60_000;
/** With more bends than this, all edges from one box share theirs from the start. */
const mostOwnBends = 3_000;

/**
 * Sends each link down layer by layer, with a bend in every layer that it passes.
 *
 * In pictures of a common size each edge has bends of its own, which may be merged once they are ordered; in large ones
 * all edges from one box form one trunk with branches.
 *
 * @returns the bends made.
 * @internal
 */
export function threadLinks(links: readonly Link[]): readonly Vertex[] {
  const longest = longestSpan(links);
  const trunkOf = trunks(countOwnBends(links) > mostOwnBends);
  const bends: Vertex[] = [];
  const joined = new Map<Vertex, Set<Vertex>>();
  for (const link of links) {
    if (link.to.layer - link.from.layer <= longest) growTrunk(link, trunkOf(link), bends);
    const last = link.bends.at(-1) ?? link.from;
    if (last.layer === link.to.layer - 1) joinOnce(last, link.to, joined);
  }
  return bends;
}

/** Finds the trunk of a link: that of all links from its box, or that of the links that join the same two boxes. */
function trunks(areShared: boolean): (link: Link) => Vertex[] {
  const byFrom = new Map<Box, Map<Box, Vertex[]>>();
  return ({ from, to }) => {
    const own = byFrom.get(from) ?? new Map<Box, Vertex[]>();
    byFrom.set(from, own);
    const key = areShared ? from : to;
    const trunk = own.get(key) ?? [];
    own.set(key, trunk);
    return trunk;
  };
}

function countOwnBends(links: readonly Link[]): number {
  let count = 0;
  for (const { from, to } of links) count += to.layer - from.layer - 1;
  return count;
}

/** The longest span, in layers, such that all trunks up to it stay within the budget. */
function longestSpan(links: readonly Link[]): number {
  const reach = new Map<Box, number>();
  for (const { from, to } of links)
    reach.set(from, Math.max(reach.get(from) ?? 0, to.layer - from.layer));
  let bends = 0;
  for (const span of [...reach.values()].sort((a, b) => a - b)) {
    bends += span - 1;
    if (bends > bendBudget) return span - 1;
  }
  return Infinity;
}

function growTrunk({ from, to, bends }: Link, trunk: Vertex[], made: Vertex[]): void {
  for (let layer = from.layer + trunk.length + 1; layer < to.layer; layer += 1) {
    const bend = newBend(layer);
    join(trunk.at(-1) ?? from, bend);
    trunk.push(bend);
    made.push(bend);
  }
  bends.push(...trunk.slice(0, to.layer - from.layer - 1));
}

function joinOnce(upper: Vertex, lower: Vertex, joined: Map<Vertex, Set<Vertex>>): void {
  const known = joined.get(lower) ?? new Set();
  joined.set(lower, known);
  if (!known.has(upper)) join(upper, lower);
  known.add(upper);
}
