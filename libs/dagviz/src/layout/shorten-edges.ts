import type { Box } from "./vertex.ts";

/** Steps times (boxes + edges) at most, so that a large picture keeps what it has reached by then. */
const workBudget = 4_000_000;

/** An edge of which the lower box is exactly one layer below the upper. */
interface Edge {
  readonly from: number;
  readonly to: number;
}

/**
 * Moves the boxes of one connected part between layers until their edges are as short as can be in sum.
 *
 * Network simplex, as in Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs" (1993). Boxes are
 * numbered, and a spanning tree of edges of length 1 holds them together. An edge of the tree that would rather be longer
 * leaves it for one that then has length 1.
 *
 * @param boxes - of one connected part, with layers in which every edge leads downwards.
 * @internal
 */
export function shortenEdges(boxes: readonly Box[]): void {
  if (boxes.length < 3) return;
  const numbers = new Map(boxes.map((box, number) => [box, number]));
  const edges = boxes.flatMap((box, from) =>
    box.feeds.map((fed): Edge => ({ from, to: numbers.get(fed) ?? 0 })),
  );
  const layers = Int32Array.from(boxes, (box) => box.layer);
  const treeEdges = tightTree(layers, edges);
  const tree: Tree = {
    edges: treeEdges,
    touching: incident(boxes.length, treeEdges),
    walk: newWalk(boxes.length),
    pulls: Int32Array.from(boxes, (box) => box.feeds.length - box.needs.length),
  };
  let steps = workBudget / (boxes.length + edges.length);
  while (steps > 0 && exchange(tree, layers, edges)) steps -= 1;
  const top = layers.reduce((a, b) => Math.min(a, b));
  for (const [number, box] of boxes.entries()) box.layer = (layers[number] ?? 0) - top;
}

/** Edges of length 1 that join all boxes, and no more than that takes. */
interface Tree {
  readonly edges: Edge[];
  /** Those of each box. */
  readonly touching: readonly Edge[][];
  readonly walk: Walk;
  /** For each box, how many more edges pull it down than up. */
  readonly pulls: Int32Array;
}

/** Boxes that edges of length 1 hold together. */
interface Grown {
  readonly inside: Uint8Array;
  readonly members: number[];
  readonly tree: Edge[];
}

/** Shifts boxes until edges of length 1 span the part. @returns these edges. */
function tightTree(layers: Int32Array, edges: readonly Edge[]): Edge[] {
  const touching = incident(layers.length, edges);
  const grown: Grown = { inside: new Uint8Array(layers.length), members: [], tree: [] };
  take(grown, 0);
  for (let grownFrom = 0; ;) {
    growAlongTight(grown, grownFrom, (box) =>
      (touching[box] ?? []).filter((edge) => slackOf(edge, layers) === 0),
    );
    const nearest = tightest(
      edges,
      layers,
      ({ from, to }) => grown.inside[from] !== grown.inside[to],
    );
    if (nearest === undefined) return grown.tree;
    const isFrom = grown.inside[nearest.from] === 1;
    const shift = slackOf(nearest, layers) * (isFrom ? 1 : -1);
    for (const box of grown.members) layers[box] = (layers[box] ?? 0) + shift;
    grownFrom = grown.members.length;
    grown.tree.push(nearest);
    take(grown, isFrom ? nearest.to : nearest.from);
  }
}

function growAlongTight(
  grown: Grown,
  first: number,
  tightAt: (box: number) => readonly Edge[],
): void {
  const { inside, members, tree } = grown;
  for (let index = first; index < members.length; index += 1) {
    for (const edge of tightAt(members[index] ?? 0)) {
      const other = inside[edge.from] === 1 ? edge.to : edge.from;
      if (inside[other] === 1) continue;
      tree.push(edge);
      take(grown, other);
    }
  }
}

function take({ inside, members }: Grown, box: number): void {
  inside[box] = 1;
  members.push(box);
}

/** Replaces the tree's most unwilling edge. @returns whether there was one. */
function exchange(tree: Tree, layers: Int32Array, edges: readonly Edge[]): boolean {
  walkTree(tree);
  const leaving = mostUnwilling(tree);
  if (leaving === undefined) return false;
  const { edge, index, child } = leaving;
  const isBelow = (box: number): boolean => isUnder(box, child, tree.walk);
  const movesUp = edge.from === child;
  const entering = tightest(edges, layers, (it) =>
    movesUp ? !isBelow(it.from) && isBelow(it.to) : isBelow(it.from) && !isBelow(it.to),
  );
  if (entering === undefined) return false;
  const shift = slackOf(entering, layers) * (movesUp ? -1 : 1);
  const { order, enter, leave } = tree.walk;
  for (let at = enter[child] ?? 0; at < (leave[child] ?? 0); at += 1)
    layers[order[at] ?? 0] = (layers[order[at] ?? 0] ?? 0) + shift;
  replace(tree, index, entering);
  return true;
}

function replace({ edges, touching }: Tree, index: number, entering: Edge): void {
  const leaving = edges[index];
  if (leaving === undefined) return;
  for (const box of [leaving.from, leaving.to]) {
    const own = touching[box] ?? [];
    own.splice(own.indexOf(leaving), 1);
  }
  edges[index] = entering;
  touching[entering.from]?.push(entering);
  touching[entering.to]?.push(entering);
}

/** The tree as seen from box 0. */
interface Walk {
  /** Boxes in the order in which they are entered. */
  readonly order: Int32Array;
  /** Boxes to be entered; scratch space. */
  readonly stack: Int32Array;
  readonly parent: Int32Array;
  /** Those under a box are in `order` from `enter` to before `leave`. */
  readonly enter: Int32Array;
  readonly leave: Int32Array;
  /** How many more edges lead out of the boxes under one, itself included, than into them. */
  readonly pull: Int32Array;
}

function newWalk(count: number): Walk {
  const numbers = (): Int32Array => new Int32Array(count);
  return {
    order: numbers(),
    stack: numbers(),
    parent: numbers(),
    enter: numbers(),
    leave: numbers(),
    pull: numbers(),
  };
}

function walkTree({ walk, touching, pulls }: Tree): void {
  const { order, stack, parent, enter } = walk;
  let [entered, waiting] = [0, 1];
  stack[0] = 0;
  parent[0] = -1;
  while (waiting > 0) {
    waiting -= 1;
    const box = stack[waiting] ?? 0;
    enter[box] = entered;
    order[entered] = box;
    entered += 1;
    for (const { from, to } of touching[box] ?? []) {
      const child = from === box ? to : from;
      if (child === parent[box]) continue;
      parent[child] = box;
      stack[waiting] = child;
      waiting += 1;
    }
  }
  walk.pull.set(pulls);
  walk.leave.fill(0);
  sumUp(walk);
}

function sumUp({ order, parent, enter, leave, pull }: Walk): void {
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const box = order[at] ?? 0;
    leave[box] = Math.max(leave[box] ?? 0, (enter[box] ?? 0) + 1);
    const above = parent[box] ?? -1;
    if (above < 0) continue;
    leave[above] = Math.max(leave[above] ?? 0, leave[box] ?? 0);
    pull[above] = (pull[above] ?? 0) + (pull[box] ?? 0);
  }
}

function isUnder(box: number, top: number, { enter, leave }: Walk): boolean {
  const at = enter[box] ?? 0;
  return at >= (enter[top] ?? 0) && at < (leave[top] ?? 0);
}

function mostUnwilling({
  edges,
  walk: { parent, pull },
}: Tree): { readonly edge: Edge; readonly index: number; readonly child: number } | undefined {
  let least = 0;
  let found: ReturnType<typeof mostUnwilling>;
  for (const [index, edge] of edges.entries()) {
    const child = parent[edge.from] === edge.to ? edge.from : edge.to;
    const cut = (pull[child] ?? 0) * (child === edge.from ? 1 : -1);
    if (cut >= least) continue;
    least = cut;
    found = { edge, index, child };
  }
  return found;
}

function tightest(
  edges: readonly Edge[],
  layers: Int32Array,
  isAllowed: (edge: Edge) => boolean,
): Edge | undefined {
  let least = Infinity;
  let found: Edge | undefined;
  for (const edge of edges) {
    const slack = slackOf(edge, layers);
    if (slack >= least || !isAllowed(edge)) continue;
    least = slack;
    found = edge;
  }
  return found;
}

function slackOf({ from, to }: Edge, layers: Int32Array): number {
  return (layers[to] ?? 0) - (layers[from] ?? 0) - 1;
}

function incident(count: number, edges: readonly Edge[]): readonly Edge[][] {
  const touching = Array.from({ length: count }, (): Edge[] => []);
  for (const edge of edges) {
    touching[edge.from]?.push(edge);
    touching[edge.to]?.push(edge);
  }
  return touching;
}
