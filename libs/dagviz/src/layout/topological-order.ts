import { PictureCycleError } from "../errors.ts";
import type { Box } from "./vertex.ts";

/**
 * Boxes such that each comes after all that it needs; ties stay in the given order.
 *
 * @throws {@link PictureCycleError} `dagviz/cycle`, with one cycle.
 * @internal
 */
export function topologicalOrder(boxes: readonly Box[]): readonly Box[] {
  const missing = new Map(boxes.map((box) => [box, box.needs.length]));
  const order = boxes.filter((box) => box.needs.length === 0);
  for (const box of order) {
    for (const fed of box.feeds) {
      const left = (missing.get(fed) ?? 0) - 1;
      missing.set(fed, left);
      if (left === 0) order.push(fed);
    }
  }
  if (order.length < boxes.length) throw new PictureCycleError(findCycle(boxes, new Set(order)));
  return order;
}

/** Every unordered box needs another unordered one, so walking upwards must come round. */
function findCycle(boxes: readonly Box[], ordered: ReadonlySet<Box>): readonly string[] {
  const isStuck = (box: Box): boolean => !ordered.has(box);
  const walked = new Map<Box, number>();
  const path: Box[] = [];
  let box = boxes.find(isStuck);
  while (box !== undefined && !walked.has(box)) {
    walked.set(box, path.length);
    path.push(box);
    box = box.needs.find(isStuck);
  }
  const start = box === undefined ? 0 : (walked.get(box) ?? 0);
  const ids = path.slice(start).map((member) => member.id);
  return [...ids, ...ids.slice(0, 1)].reverse();
}
