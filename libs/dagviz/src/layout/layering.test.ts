import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PictureCycleError } from "../errors.ts";
import { assignLayers } from "./assign-layers.ts";
import { componentsOf } from "./components-of.ts";
import { layersOf } from "./layers-of.ts";
import { linkBoxes } from "./link-boxes.ts";
import { placeDown } from "./place-down.ts";
import { routeLink } from "./route-link.ts";
import { threadLinks } from "./thread-links.ts";
import { topologicalOrder } from "./topological-order.ts";
import type { Box, Link } from "./vertex.ts";

interface Linked {
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  /** The box of an id. */
  readonly at: (id: string) => Box;
}

/** Boxes `a`, `b`, … and edges such as `ab`, each 10 × 10. */
function linked(ids: string, edges: string): Linked {
  const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "");
  const { boxes, links } = linkBoxes(
    {
      nodes: words(ids).map((id) => ({ id, label: id, kind: "function" })),
      edges: words(edges).map((edge) => ({ from: edge.charAt(0), to: edge.charAt(1) })),
    },
    () => ({ width: 10, height: 10 }),
  );
  const at = (id: string): Box => {
    const box = boxes.find((it) => it.id === id);
    if (box === undefined) throw new Error(`no box ${id}`);
    return box;
  };
  return { boxes, links, at };
}

const layered = (ids: string, edges: string): Linked => {
  const made = linked(ids, edges);
  assignLayers(topologicalOrder(made.boxes));
  return made;
};
const idsOf = (boxes: Iterable<Box>): string => Array.from(boxes, (box) => box.id).join("");

/** Edges from earlier to later letters: acyclic. */
const acyclic = fc
  .array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })), { maxLength: 25 })
  .map((pairs) =>
    pairs
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => "abcdefghij".charAt(Math.min(a, b)) + "abcdefghij".charAt(Math.max(a, b)))
      .join(" "),
  );
const tenIds = "j c e a g b i d h f";

describe("linkBoxes", () => {
  test("tells neighbours of each other once, however many edges there are", () => {
    const { at, links } = linked("a b", "ab ab");

    expect(idsOf(at("a").feeds)).toBe("b");
    expect(idsOf(at("b").needs)).toBe("a");
    expect(links).toHaveLength(2);
  });
});

describe("topologicalOrder", () => {
  test("puts every box after all that it needs", () => {
    fc.assert(
      fc.property(acyclic, (edges) => {
        const { boxes, links } = linked(tenIds, edges);

        const order = topologicalOrder(boxes);

        expect(new Set(order)).toEqual(new Set(boxes));
        for (const { from, to } of links)
          expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
      }),
    );
  });

  test("keeps the given order where nothing speaks against it", () => {
    expect(idsOf(topologicalOrder(linked("c a b", "").boxes))).toBe("cab");
  });

  test("finds a cycle behind boxes that hang on it", () => {
    const { boxes } = linked("x y a b c z", "xa ab bc ca cz yz");

    try {
      topologicalOrder(boxes);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PictureCycleError);
      const path = error instanceof PictureCycleError ? error.path.join("") : "";
      expect(["abca", "bcab", "cabc"]).toContain(path);
    }
  });
});

describe("assignLayers", () => {
  test("puts every box below all that it needs", () => {
    fc.assert(
      fc.property(acyclic, (edges) => {
        for (const { from, to } of layered(tenIds, edges).links)
          expect(to.layer).toBeGreaterThan(from.layer);
      }),
    );
  });

  test("leaves no layer empty above a box", () => {
    fc.assert(
      fc.property(acyclic, (edges) => {
        const { boxes } = layered(tenIds, edges);

        for (const box of boxes.filter((it) => it.needs.length > 0 && it.feeds.length === 0))
          expect(Math.max(...box.needs.map((need) => need.layer))).toBe(box.layer - 1);
      }),
    );
  });

  test("lowers a box that feeds more than it needs, and no other", () => {
    const { at } = layered("a b c d s x", "ab bc cd sd ax xd");

    expect([at("a"), at("d")].map((box) => box.layer)).toEqual([0, 3]);
    expect(at("s").layer).toBe(2);
    expect(at("x").layer).toBe(1);
  });
});

describe("threadLinks", () => {
  test("bends an edge once in every layer that it passes", () => {
    const { links, at } = layered("a b c d", "ab bc cd ad");

    const bends = threadLinks(links);

    expect(bends.map((bend) => bend.layer)).toEqual([1, 2]);
    expect(links[3]?.bends).toEqual(bends);
    expect(at("a").below).toEqual([at("b"), bends[0]]);
    expect(at("d").above).toEqual([at("c"), bends[1]]);
  });

  test("shares the bends of all edges from one box", () => {
    const { links } = layered("a b c d e", "ab bc cd de ac ad ae");

    const bends = threadLinks(links);

    expect(bends).toHaveLength(3);
    expect(links.slice(4).map((link) => link.bends.length)).toEqual([1, 2, 3]);
    expect(links[4]?.bends[0]).toBe(links[6]?.bends[0]);
  });

  test("joins only vertices of adjacent layers", () => {
    fc.assert(
      fc.property(acyclic, (edges) => {
        const { boxes, links } = layered(tenIds, edges);

        for (const vertex of [...boxes, ...threadLinks(links)]) {
          for (const below of vertex.below) expect(below.layer).toBe(vertex.layer + 1);
          expect(new Set(vertex.above).size).toBe(vertex.above.length);
        }
      }),
    );
  });
});

describe("layersOf", () => {
  test("keeps families together", () => {
    const { boxes, links } = layered("a b c d", "ac bd");
    threadLinks(links);

    const layers = layersOf(boxes);

    expect(
      layers.map((layer) => layer.map((vertex) => boxes.findIndex((it) => it === vertex))),
    ).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(boxes.map((box) => box.rank)).toEqual([0, 1, 0, 1]);
  });
});

describe("componentsOf", () => {
  test("separates what no edge connects, in the given order", () => {
    const { boxes } = linked("a b c d e", "ac db");

    expect(componentsOf(boxes).map(idsOf)).toEqual(["ac", "bd", "e"]);
  });

  test("puts every box into exactly one part, and both ends of an edge into the same", () => {
    fc.assert(
      fc.property(acyclic, (edges) => {
        const { boxes, links } = linked(tenIds, edges);

        const parts = componentsOf(boxes);

        expect(parts.flat().length).toBe(boxes.length);
        for (const { from, to } of links)
          expect(parts.filter((part) => part.includes(from) && part.includes(to))).toHaveLength(1);
      }),
    );
  });
});

describe("placeDown", () => {
  test("centres boxes in their band and leaves at least the gap between bands", () => {
    const { boxes, at } = layered("a b c", "ab ac");
    Object.assign(at("b"), { height: 30 });

    const bands = placeDown([[at("a")], [at("b"), at("c")]], 44);

    expect(bands).toEqual([
      { top: 0, bottom: 10 },
      { top: 54, bottom: 84 },
    ]);
    expect(boxes.map((box) => box.y)).toEqual([0, 54, 64]);
  });

  test("gives wide edges more height, up to a limit", () => {
    const { links, at } = layered("a b", "ab");
    threadLinks(links);
    const gapAt = (x: number): number => {
      Object.assign(at("b"), { x });
      return (placeDown([[at("a")], [at("b")]], 44)[1]?.top ?? 0) - 10;
    };

    expect(gapAt(0)).toBe(44);
    expect(gapAt(300)).toBeCloseTo(65);
    expect(gapAt(100_000)).toBe(114);
  });
});

describe("routeLink", () => {
  test("goes straight through the bands of its bends and enters at its port", () => {
    const { links, at } = layered("a b c", "ab bc ac");
    const [bend] = threadLinks(links);
    if (bend === undefined || links[2] === undefined) throw new Error("one bend");
    bend.x = 50;
    const bands = [0, 1, 2].map((layer) => ({ top: layer * 20, bottom: layer * 20 + 10 }));
    for (const box of [at("a"), at("c")]) box.y = box.layer * 20;

    expect(routeLink(links[2], new Map([[bend, 3]]), bands)).toEqual([
      { x: 0, y: 10 },
      { x: 50, y: 20 },
      { x: 50, y: 30 },
      { x: 3, y: 40 },
    ]);
  });
});
