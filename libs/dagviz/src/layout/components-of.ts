import type { Box } from "./vertex.ts";

/**
 * Splits boxes into groups that no edge connects; groups and their boxes stay in the given order.
 *
 * @internal
 */
export function componentsOf(boxes: readonly Box[]): readonly (readonly Box[])[] {
  const componentOf = new Map<Box, number>();
  let count = 0;
  for (const box of boxes) {
    if (componentOf.has(box)) continue;
    markComponent(box, count, componentOf);
    count += 1;
  }
  const components = Array.from({ length: count }, (): Box[] => []);
  for (const box of boxes) components[componentOf.get(box) ?? 0]?.push(box);
  return components;
}

function markComponent(start: Box, component: number, componentOf: Map<Box, number>): void {
  const queue = [start];
  componentOf.set(start, component);
  for (const box of queue) {
    for (const neighbour of [...box.needs, ...box.feeds]) {
      if (componentOf.has(neighbour)) continue;
      componentOf.set(neighbour, component);
      queue.push(neighbour);
    }
  }
}
