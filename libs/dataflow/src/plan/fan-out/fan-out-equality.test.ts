import fc from "fast-check";
import { expect, test } from "vitest";
import { graphFrom } from "../../graph/graph.ts";
import { bind, group } from "../../modifier/bind.ts";
import { collect } from "../../modifier/collect.ts";
import { each } from "../../modifier/each.ts";
import type { Fn } from "../../typed/module-types.ts";

type Role = "plain" | "each" | "collect";

/** A node as it is drawn; what of it does not fit into the graph is left out. */
interface Drawn {
  readonly role: Role;
  readonly picks: readonly number[];
  /** How it answers: at once, soon, or after a while. */
  readonly pause: 0 | 1 | 2;
}

/** A node of a random graph. */
interface Shape {
  readonly index: number;
  readonly role: Role;
  readonly pause: Drawn["pause"];
  readonly deps: readonly Shape[];
  /** The nodes whose items it runs for, the outermost first. */
  readonly runsFor: readonly Shape[];
  /** The same for its value. */
  readonly lies: readonly Shape[];
  /** The nodes whose items were gathered for it. */
  readonly gathered: ReadonlySet<Shape>;
}

const drawn: fc.Arbitrary<readonly Drawn[]> = fc.array(
  fc.record({
    role: fc.constantFrom<Role>("plain", "each", "each", "collect"),
    picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
    pause: fc.constantFrom<Drawn["pause"]>(0, 0, 0, 1, 2),
  }),
  { minLength: 1, maxLength: 14 },
);

function fitsAround(outer: readonly Shape[], inner: readonly Shape[]): boolean {
  return outer.every((shape, i) => inner[i] === shape);
}

/** Takes what is drawn where the graph allows it: fan-outs in one line, and one pass over the items of each. */
function shapesOf(rows: readonly Drawn[]): readonly Shape[] {
  const shapes: Shape[] = [];
  const passes = new Passes();
  for (const row of rows) {
    const taken = takenOf(row, shapes, passes);
    passes.add(taken.lies, taken.gathered);
    const shape = shapeOf(row, shapes.length, taken);
    if (shape.role === "each") passes.add([shape], taken.gathered);
    shapes.push(shape);
  }
  return shapes;
}

type Taken = Pick<Shape, "deps" | "lies" | "gathered">;

function takenOf({ picks }: Drawn, shapes: readonly Shape[], passes: Passes): Taken {
  let taken: Taken = { deps: [], lies: [], gathered: new Set() };
  for (const pick of picks) {
    const dep = shapes[pick % (shapes.length + 1)];
    if (dep === undefined || taken.deps.includes(dep)) continue;
    const lies = dep.lies.length > taken.lies.length ? dep.lies : taken.lies;
    const gathered = new Set([...taken.gathered, ...dep.gathered]);
    const isLine = fitsAround(dep.lies, lies) && fitsAround(taken.lies, lies);
    if (isLine && passes.allow(lies, gathered))
      taken = { deps: [...taken.deps, dep], lies, gathered };
  }
  return taken;
}

function shapeOf({ role: wished, pause }: Drawn, index: number, taken: Taken): Shape {
  const { deps, lies } = taken;
  const innermost = lies.at(-1);
  const role = wished === "collect" && innermost === undefined ? "plain" : wished;
  const isCollect = role === "collect" && innermost !== undefined;
  const runsFor = isCollect ? lies.slice(0, -1) : lies;
  const gathered = new Set([...taken.gathered, ...(isCollect ? [innermost] : [])]);
  const shape = { index, role, pause, deps, runsFor, gathered, lies: runsFor };
  if (role === "each") shape.lies = [...runsFor, shape];
  return shape;
}

/** Which items have to be gathered before others are handed out. */
class Passes {
  readonly #before = new Map<Shape, Set<Shape>>();

  /** Whether what runs for these items may take what is gathered of those. */
  allow(items: readonly Shape[], gathered: ReadonlySet<Shape>): boolean {
    const before = new Set(gathered);
    // a set hands out what is added while it is walked
    for (const shape of before)
      for (const earlier of this.#before.get(shape) ?? []) before.add(earlier);
    return !items.some((shape) => before.has(shape));
  }

  add(items: readonly Shape[], gathered: ReadonlySet<Shape>): void {
    for (const shape of items)
      this.#before.set(shape, new Set([...(this.#before.get(shape) ?? []), ...gathered]));
  }
}

const nameOf = ({ index }: Shape): string => `n${index}`;

/** A number that tells in which order what was taken. */
const mixed = (parts: readonly unknown[], seed: number): number =>
  parts.flat(3).reduce<number>((sum, part, i) => (sum * 31 + Number(part) + i) % 10_007, seed + 1);

function compute({ role, index }: Shape, parts: readonly unknown[]): unknown {
  const made = mixed(parts, index);
  return role === "each" ? Array.from({ length: made % 4 }, (_, i) => made + i) : made;
}

/** The node; `ran` hears of each call. */
function functionOf(shape: Shape, ran: (shape: Shape) => void): Fn {
  const { role, pause, deps } = shape;
  const run = ({ parts }: { parts: readonly unknown[] }): unknown => {
    ran(shape);
    const made = compute(shape, parts);
    if (pause === 0) return made;
    return new Promise((resolve) => {
      if (pause === 1) resolve(made);
      else setImmediate(() => resolve(made));
    });
  };
  const bound = bind(run, { parts: group(deps.map(nameOf)) });
  if (role === "plain") return bound;
  return role === "each" ? each(bound as () => Iterable<number>) : collect(bound);
}

type Items = ReadonlyMap<Shape, unknown>;

/** The value of a node by hand, for these items of all nodes around it. */
function valueOf(shape: Shape, items: Items): unknown {
  if (shape.role === "each" && items.has(shape)) return items.get(shape);
  const gathered = shape.role === "collect" ? shape.runsFor.length + 1 : Infinity;
  const parts = shape.deps.map((dep) => {
    const handing = dep.lies[gathered - 1];
    return handing === undefined
      ? valueOf(dep, items)
      : listOf(handing, items, (inner) => valueOf(dep, inner));
  });
  return compute(shape, parts);
}

function listOf(handing: Shape, items: Items, make: (items: Items) => unknown): unknown[] {
  const handedOut = valueOf(handing, items) as readonly unknown[];
  return handedOut.map((item) => make(new Map([...items, [handing, item]])));
}

/** What a plan gives for a node: lists in lists. */
function resultOf(shape: Shape, items: Items = new Map(), depth = 0): unknown {
  const handing = shape.lies[depth];
  if (handing === undefined) return valueOf(shape, items);
  return listOf(handing, items, (inner) => resultOf(shape, inner, depth + 1));
}

/** How often a node has to run. */
function runsOf({ runsFor }: Shape, items: Items = new Map(), depth = 0): number {
  const handing = runsFor[depth];
  if (handing === undefined) return 1;
  const counts = listOf(handing, items, (inner) =>
    runsOf({ runsFor } as Shape, inner, depth + 1),
  ) as number[];
  return counts.reduce((sum, count) => sum + count, 0);
}

test("any nesting of fan-outs makes what loops make by hand, each node as often as it must", async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.integer({ min: 1, max: 5 }), async (rows, concurrency) => {
      const shapes = shapesOf(rows);
      const counts = new Map<string, number>();
      const count = (shape: Shape): void => {
        counts.set(nameOf(shape), (counts.get(nameOf(shape)) ?? 0) + 1);
      };
      const module = Object.fromEntries(
        shapes.map((shape) => [nameOf(shape), functionOf(shape, count)]),
      );
      const plan = graphFrom([module]).plan(shapes.map(nameOf));

      const made = await plan.run({}, { concurrency });

      expect(made).toEqual(
        Object.fromEntries(shapes.map((shape) => [nameOf(shape), resultOf(shape)])),
      );
      for (const shape of shapes)
        expect([nameOf(shape), counts.get(nameOf(shape)) ?? 0]).toEqual([
          nameOf(shape),
          runsOf(shape),
        ]);
      if (shapes.every(({ pause }) => pause === 0)) expect(plan.runSync({})).toEqual(made);
    }),
  );
});
