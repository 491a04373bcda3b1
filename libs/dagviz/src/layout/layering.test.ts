import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PictureCycleError } from "../errors.ts";
import { assignLayers } from "./assign-layers.ts";
import { componentsOf } from "./components-of.ts";
import { layersOf } from "./layers-of.ts";
import { linkBoxes } from "./link-boxes.ts";
import { mergeBends } from "./merge-bends.ts";
import { placeDown } from "./place-down.ts";
import { routeLink } from "./route-link.ts";
import { shortenEdges } from "./shorten-edges.ts";
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

  test("gives each edge bends of its own, but parallel ones the same", () => {
    const { links } = layered("a b c d", "ab bc cd ad ad bd");

    const bends = threadLinks(links);

    expect(bends).toHaveLength(3);
    expect(links.slice(3).map((link) => link.bends.length)).toEqual([2, 2, 1]);
    expect(links[4]?.bends).toEqual(links[3]?.bends);
  });

  test("shares the bends of all edges from one box where there would be too many", () => {
    const ids = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const edges = ids.slice(1).flatMap((to, index) => [
      { from: ids[index] ?? "", to },
      { from: "n0", to },
    ]);
    const { boxes, links } = linkBoxes(
      { nodes: ids.map((id) => ({ id, label: id, kind: "function" })), edges },
      () => ({ width: 10, height: 10 }),
    );
    assignLayers(topologicalOrder(boxes));

    expect(threadLinks(links)).toHaveLength(198);
    expect(links.at(-1)?.bends.slice(0, -1)).toEqual(links.at(-3)?.bends);
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

describe("mergeBends", () => {
  test("joins the edges from one box for as long as they run side by side", () => {
    const { boxes, links, at } = layered("a b c d e", "ab bc cd de ad ae");
    const bends = threadLinks(links);
    const layers = layersOf([...boxes, ...bends]);

    mergeBends(layers, links);

    expect(layers.map((layer) => layer.length)).toEqual([1, 2, 2, 2, 1]);
    expect(links[4]?.bends).toEqual(links[5]?.bends.slice(0, 2));
    expect(at("a").below).toEqual([at("b"), links[4]?.bends[0]]);
    expect(links[4]?.bends[1]?.below).toEqual([at("d"), links[5]?.bends[2]]);
    expect(layers[1]?.map((vertex) => vertex.rank)).toEqual([0, 1]);
  });

  test("leaves alone what something stands between", () => {
    const { links, at } = layered("a b c", "ab bc ac ac");
    const [bend] = threadLinks(links);
    if (bend === undefined) throw new Error("one bend");
    const layers = [[at("a")], [bend, at("b")], [at("c")]];

    mergeBends(layers, links);

    expect(layers[1]).toHaveLength(2);
  });
});

describe("shortenEdges", () => {
  /** All ways to put few boxes into few layers, the shortest sum of lengths. */
  const shortest = (links: readonly Link[], boxes: readonly Box[]): number => {
    const depth = boxes.length;
    let best = Infinity;
    const place = new Map<Box, number>();
    const order = topologicalOrder(boxes);
    const put = (index: number): void => {
      const box = order[index];
      if (box === undefined) {
        const length = ({ from, to }: Link): number =>
          (place.get(to) ?? 0) - (place.get(from) ?? 0);
        best = Math.min(
          best,
          links.reduce((sum, link) => sum + length(link), 0),
        );
        return;
      }
      const top = Math.max(-1, ...box.needs.map((need) => place.get(need) ?? 0)) + 1;
      for (let layer = top; layer < depth; layer += 1) {
        place.set(box, layer);
        put(index + 1);
      }
    };
    put(0);
    return best;
  };

  test("makes the edges of a part as short as can be", () => {
    const pairs = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })), { maxLength: 9 });
    fc.assert(
      fc.property(pairs, (all) => {
        const later = all
          .filter(([a, b]) => a < b)
          .map(([a, b]) => "abcde".charAt(a) + "abcde".charAt(b));
        const { boxes, links } = layered("a b c d e", [...new Set(later)].join(" "));
        const length = (): number =>
          links.reduce((sum, { from, to }) => sum + to.layer - from.layer, 0);

        for (const part of componentsOf(boxes)) shortenEdges(part);

        for (const { from, to } of links) expect(to.layer).toBeGreaterThan(from.layer);
        expect(length()).toBe(shortest(links, boxes));
      }),
    );
  });

  test("begins every part at the top", () => {
    fc.assert(
      fc.property(acyclic, (edges) => {
        for (const part of componentsOf(layered(tenIds, edges).boxes)) {
          shortenEdges(part);

          if (part.length > 2) expect(Math.min(...part.map((box) => box.layer))).toBe(0);
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
