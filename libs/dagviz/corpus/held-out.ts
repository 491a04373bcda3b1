import { randomNumbers } from "../src/layout/random-numbers.ts";
import { pictured, type Sample } from "./corpus.ts";

type Pair = readonly [from: number, to: number];
type Shape = (next: () => number) => readonly Pair[];

/**
 * Thirty graphs, of six shapes that people draw, which no constant of the layout was chosen by: they only judge.
 *
 * Whoever changes the layout looks at `corpus()`, and at these once, at the end.
 */
export function heldOut(): readonly Sample[] {
  return Object.entries(shapes).flatMap(([name, shape], row) =>
    [1, 2, 3, 4, 5].map((number) => ({
      name: `${name} ${number}`,
      picture: pictured(named(shape(randomNumbers(9_000 + 100 * row + number)))),
    })),
  );
}

const shapes: Readonly<Record<string, Shape>> = {
  "any order": (next) => anyOrder(40, 55, next),
  "in layers": (next) => inLayers(7, 9, next),
  "few hubs": (next) => fewHubs(60, next),
  "series and parallel": (next) => seriesParallel(70, next),
  "a program": (next) => program(90, next),
  "wide and shallow": (next) => inLayers(3, 22, next),
};

/** Any two nodes may be joined. */
function anyOrder(nodes: number, edges: number, next: () => number): readonly Pair[] {
  return Array.from({ length: edges }, (): Pair => {
    const to = 1 + Math.floor(next() * (nodes - 1));
    return [Math.floor(next() * to), to];
  });
}

/** Each node takes one to three of the layer above, now and then one from far above. */
function inLayers(layers: number, width: number, next: () => number): readonly Pair[] {
  const pairs: Pair[] = [];
  for (let layer = 1; layer < layers; layer += 1)
    for (let place = 0; place < width; place += 1) {
      const to = layer * width + place;
      for (let count = 1 + Math.floor(next() * 2.2); count > 0; count -= 1)
        pairs.push([(layer - 1) * width + Math.floor(next() * width), to]);
      if (next() < 0.12) pairs.push([Math.floor(next() * (layer * width)), to]);
    }
  return pairs;
}

/** New nodes take what many take already. */
function fewHubs(nodes: number, next: () => number): readonly Pair[] {
  const ends = [0];
  return Array.from({ length: nodes - 1 }, (_, index) => index + 1).flatMap((to) => {
    const pairs = Array.from({ length: 1 + Math.floor(next() * 1.4) }, (): Pair => [
      ends[Math.floor(next() * ends.length)] ?? 0,
      to,
    ]);
    ends.push(to, ...pairs.map(([from]) => from));
    return pairs;
  });
}

/** Edges are replaced by two in a row or beside each other, then some short cuts are added. */
function seriesParallel(edges: number, next: () => number): readonly Pair[] {
  let count = 2;
  const pairs: Pair[] = [[0, 1]];
  while (pairs.length < edges) {
    const at = Math.floor(next() * pairs.length);
    const [from, to] = pairs[at] ?? [0, 1];
    const middle = count;
    count += 1;
    if (next() < 0.55) pairs.splice(at, 1);
    pairs.push([from, middle], [middle, to]);
  }
  return pairs;
}

/** Names that are used soon after they are made, with settings that are used all over. */
function program(nodes: number, next: () => number): readonly Pair[] {
  return Array.from({ length: nodes - 4 }, (_, index) => index + 4).flatMap((to) => {
    const near = Array.from({ length: 1 + Math.floor(next() * 1.8) }, (): Pair => [
      Math.max(4, to - 1 - Math.floor(next() * next() * 25)),
      to,
    ]);
    const setting: readonly Pair[] = next() < 0.15 ? [[Math.floor(next() * 4), to]] : [];
    return [...near.filter(([from]) => from < to), ...setting];
  });
}

function named(pairs: readonly Pair[]): readonly { readonly from: string; readonly to: string }[] {
  const unique = new Map(pairs.map((pair) => [pair.join(), pair])).values();
  return [...unique].map(([from, to]) => ({ from: `n${from}`, to: `n${to}` }));
}
