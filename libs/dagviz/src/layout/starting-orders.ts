import { type FlatLayers, saveOrder } from "./flat-layers.ts";

/**
 * Orders to start from: as given, and those of walks in breadth from above and from below.
 *
 * @internal
 */
export function* startingOrders(flat: FlatLayers): Generator<readonly Int32Array[]> {
  const given = saveOrder(flat);
  yield given;
  yield walkedOrder(
    flat,
    given,
    flat.layers.flatMap((layer) => [...layer]),
  );
  yield walkedOrder(
    flat,
    given,
    flat.layers.toReversed().flatMap((layer) => [...layer]),
  );
  yield given.map((layer) => layer.toReversed());
}

/** Vertices in the order in which a walk in breadth over all edges meets them, started anew at unmet `roots`. */
function walkedOrder(
  { above, below }: FlatLayers,
  given: readonly Int32Array[],
  roots: readonly number[],
): readonly Int32Array[] {
  const met = new Int32Array(above.length).fill(-1);
  let count = 0;
  const meet = (vertex: number, queue: number[]): void => {
    if (met[vertex] !== -1) return;
    met[vertex] = count;
    count += 1;
    queue.push(vertex);
  };
  for (const root of roots) {
    const queue: number[] = [];
    meet(root, queue);
    for (const vertex of queue) {
      for (const next of below[vertex] ?? []) meet(next, queue);
      for (const next of above[vertex] ?? []) meet(next, queue);
    }
  }
  return given.map((layer) => layer.toSorted((a, b) => (met[a] ?? 0) - (met[b] ?? 0)));
}
