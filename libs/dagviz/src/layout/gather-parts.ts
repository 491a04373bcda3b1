import type { Part } from "./draw-part.ts";
import { packParts } from "./pack-parts.ts";
import type { Point } from "./route-link.ts";
import type { Link } from "./vertex.ts";

/** A part, and the group that all of its boxes belong to. @internal */
export interface GroupedPart {
  readonly part: Part;
  /** Undefined when its boxes are of several groups or of none. */
  readonly group: string | undefined;
}

/**
 * Packs the parts of each group beside each other, so that a frame can be drawn around them.
 *
 * @returns parts and groups of parts, in the order in which they first appear.
 * @internal
 */
export function gatherParts(parts: readonly GroupedPart[], gap: number): readonly Part[] {
  const members = Map.groupBy(parts, ({ group }) => group);
  const gathered: Part[] = [];
  for (const { part, group } of parts) {
    const own = members.get(group) ?? [];
    if (group === undefined || own.length === 1) gathered.push(part);
    else if (own[0]?.part === part)
      gathered.push(
        packed(
          own.map((it) => it.part),
          gap,
        ),
      );
  }
  return gathered;
}

function packed(parts: readonly Part[], gap: number): Part {
  const { width, height, places } = packParts(parts, gap);
  return {
    width,
    height,
    moveTo({ x, y }) {
      const corners = parts.flatMap((part, index): (readonly [Link, readonly Point[]])[] => {
        const place = places[index] ?? { x: 0, y: 0 };
        return [...part.moveTo({ x: x + place.x, y: y + place.y })];
      });
      return new Map(corners);
    },
  };
}
