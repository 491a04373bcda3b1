import { type Box, join, type Link, newBend, type Vertex } from "./vertex.ts";

/** Bends beyond this many are not made: the edges that would need most of them go straight instead. */
const bendBudget = 60_000;

/**
 * Sends each link down layer by layer, with a bend in every layer that it passes.
 *
 * All links from one box share their bends, so a value that many need is drawn as one trunk with branches.
 *
 * @returns the bends made.
 * @internal
 */
export function threadLinks(links: readonly Link[]): readonly Vertex[] {
  const reach = reaches(links);
  const longest = longestSpan([...reach.values()]);
  const trunks = new Map<Box, Vertex[]>();
  const joined = new Map<Vertex, Set<Vertex>>();
  for (const link of links) {
    const trunk = trunks.get(link.from) ?? [];
    trunks.set(link.from, trunk);
    if (link.to.layer - link.from.layer <= longest) growTrunk(link, trunk);
    const last = link.bends.at(-1) ?? link.from;
    if (last.layer === link.to.layer - 1) joinOnce(last, link.to, joined);
  }
  return [...trunks.values()].flat();
}

function reaches(links: readonly Link[]): ReadonlyMap<Box, number> {
  const reach = new Map<Box, number>();
  for (const { from, to } of links)
    reach.set(from, Math.max(reach.get(from) ?? 0, to.layer - from.layer));
  return reach;
}

/** The longest span, in layers, such that all trunks up to it stay within the budget. */
function longestSpan(spans: readonly number[]): number {
  let bends = 0;
  for (const span of spans.toSorted((a, b) => a - b)) {
    bends += span - 1;
    if (bends > bendBudget) return span - 1;
  }
  return Infinity;
}

function growTrunk({ from, to, bends }: Link, trunk: Vertex[]): void {
  for (let layer = from.layer + trunk.length + 1; layer < to.layer; layer += 1) {
    const bend = newBend(layer);
    join(trunk.at(-1) ?? from, bend);
    trunk.push(bend);
  }
  bends.push(...trunk.slice(0, to.layer - from.layer - 1));
}

function joinOnce(upper: Vertex, lower: Vertex, joined: Map<Vertex, Set<Vertex>>): void {
  const known = joined.get(lower) ?? new Set();
  joined.set(lower, known);
  if (!known.has(upper)) join(upper, lower);
  known.add(upper);
}
