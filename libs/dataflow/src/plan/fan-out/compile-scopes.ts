import { GraphError } from "../../errors.ts";
import { type ResolvedNode, taking } from "../../node/resolved-node.ts";
import { FailedValue } from "../settled.ts";
import { layOut, type Output, type Program, type Unit } from "../program.ts";
import type { FanOut, GatheredLists } from "./fan-out.ts";
import { type Scope, scopeAt, type Scopes, type Source } from "./scopes.ts";

/** What nested programs are compiled from. */
export interface ScopeParts {
  /** All nodes, whatever they run in. */
  readonly units: readonly Unit[];
  /** Names of the results. */
  readonly outputs: readonly string[];
  readonly scopes: Scopes;
}

/**
 * Compiles a program in which one node stands for all that runs once for each item, and has a program of its own.
 *
 * @throws {@link GraphError} `dag/invalid`, when items need what is gathered of all of them.
 */
export function compileScopes({ units, outputs, scopes }: ScopeParts): Program {
  const byName = new Map(units.map((unit) => [unit.name, unit]));
  const wanted = outputs.map((name): Source => {
    return { name, lists: scopes.valuesIn.get(name)?.depth ?? 0 };
  });
  return compileScope({ byName, scopes }, undefined, wanted);
}

interface Compiling {
  readonly byName: ReadonlyMap<string, Unit>;
  readonly scopes: Scopes;
}

/** Calls itself for the scopes inside: as deep as fan-outs nest. */
function compileScope(
  compiling: Compiling,
  scope: Scope | undefined,
  wanted: readonly Source[],
): Program {
  const maker = new UnitMaker(compiling, scope);
  const outputs = wanted.map((source): Output => ({ name: keyOf(source), from: keyOf(source) }));
  const { units, given } = inOrder(maker, outputs);
  const named = outputs.map(({ from }, i) => {
    // results go by their own names; what an outer program gathers, by what it is asked for
    const name = scope === undefined ? (wanted[i]?.name ?? from) : from;
    return { name, from };
  });
  return layOut(units, given, named);
}

/** Makes the units of one scope, by what they are asked for. */
class UnitMaker {
  readonly #compiling: Compiling;
  readonly #scope: Scope | undefined;
  /** The scopes directly inside, by the names of the nodes that stand for them. */
  readonly #inside = new Map<string, Scope>();
  readonly #lists = new Map<string, Source>();

  constructor(compiling: Compiling, scope: Scope | undefined) {
    this.#compiling = compiling;
    this.#scope = scope;
    const depth = (scope?.depth ?? 0) + 1;
    for (const [inner, sources] of compiling.scopes.gathered) {
      if (inner.depth !== depth || inner.outer !== scope) continue;
      this.#inside.set(fanOutName(inner), inner);
      for (const source of sources) {
        const list = { ...source, lists: source.lists + 1 };
        this.#lists.set(keyOf(list), list);
      }
    }
  }

  /** The unit that makes a value in this scope; `undefined` when the value comes from outside of it. */
  unitOf(key: string): Unit | undefined {
    const inner = this.#inside.get(key);
    if (inner !== undefined) return this.#fanOutUnit(key, inner);
    const list = this.#lists.get(key);
    if (list !== undefined) return this.#listUnit(key, list);
    const { byName, scopes } = this.#compiling;
    const unit = byName.get(key);
    return unit === undefined || scopes.runsIn.get(key) !== this.#scope
      ? undefined
      : this.#withLists(unit);
  }

  /** A node that collects takes lists in the place of values from inside. */
  #withLists(unit: Unit): Unit {
    const { node } = unit;
    if (node.fan?.kind !== "collect") return unit;
    const from = node.dependencies.map(({ name }) =>
      this.#isInside(name) ? keyOf({ name, lists: 1 }) : name,
    );
    return { ...unit, from, node: { ...node, readsNames: false } };
  }

  #isInside(name: string): boolean {
    const scope = this.#compiling.scopes.valuesIn.get(name);
    return scope !== undefined && scope.outer === this.#scope;
  }

  #listUnit(key: string, { name, lists }: Source): Unit {
    // a list lies in the fan-outs around what it is a list of
    const valuesIn = this.#compiling.scopes.valuesIn.get(name) as Scope;
    const source = fanOutName(scopeAt(valuesIn, (this.#scope?.depth ?? 0) + 1));
    const made = keyOf({ name, lists: lists - 1 });
    return {
      name: key,
      node: hidden(taking(source, (all) => listOf(all, made))),
      described: undefined,
    };
  }

  #fanOutUnit(key: string, inner: Scope): Unit {
    const { scopes, byName } = this.#compiling;
    const program = compileScope(this.#compiling, inner, scopes.gathered.get(inner) ?? []);
    const outside = program.given.filter((name) => name !== inner.each);
    const { described, node: handing } = byName.get(inner.each) ?? {};
    const parse = handing?.fan?.kind === "each" ? handing.fan.parse : undefined;
    const { each, options } = inner;
    const fanOut: FanOut = { each, options, described, parse, program };
    const dependencies = [inner.each, ...outside].map((name) => ({ name, required: true }));
    const node = hidden({ ...taking(inner.each), dependencies });
    return { name: key, node: { ...node, takesFailures: true }, described: undefined, fanOut };
  }
}

function hidden(node: ResolvedNode): ResolvedNode {
  return { ...node, readsNames: false };
}

function listOf(all: unknown, name: string): unknown {
  // a fan-out makes lists; a failed one stands for each of them
  return all instanceof FailedValue ? all : (all as GatheredLists)[name];
}

/** No export is likely to have these names. */
function keyOf({ name, lists }: Source): string {
  return `${name}${"[]".repeat(lists)}`;
}

function fanOutName({ each }: Scope): string {
  return `each item of "${each}"`;
}

interface Frame {
  readonly key: string;
  readonly unit: Unit;
  next: number;
}

/** Depth first, with a stack of its own: each unit after all that it needs, and what no unit makes. */
function inOrder(
  maker: UnitMaker,
  outputs: readonly Output[],
): { readonly units: readonly Unit[]; readonly given: readonly string[] } {
  const units: Unit[] = [];
  const given = new Set<string>();
  /** `false` while a unit is on the stack. */
  const isDone = new Map<string, boolean>();
  const stack: Frame[] = [];
  const enter = (key: string): void => {
    if (isDone.get(key) === false) throw new GraphError([needsItself(stack, key)]);
    if (isDone.has(key) || given.has(key)) return;
    const unit = maker.unitOf(key);
    if (unit === undefined) {
      given.add(key);
      return;
    }
    isDone.set(key, false);
    stack.push({ key, unit, next: 0 });
  };
  for (const { from } of outputs) {
    enter(from);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const source = sourcesOf(top.unit)[top.next++];
      if (source !== undefined) enter(source);
      else {
        stack.pop();
        isDone.set(top.key, true);
        units.push(top.unit);
      }
    }
  }
  return { units, given: [...given] };
}

function sourcesOf({ from, node }: Unit): readonly string[] {
  return from ?? node.dependencies.map(({ name }) => name);
}

function needsItself(
  stack: readonly Frame[],
  key: string,
): ConstructorParameters<typeof GraphError>[0][number] {
  const around = stack.slice(stack.findIndex((frame) => frame.key === key));
  const each = around.find(({ unit }) => unit.fanOut !== undefined)?.unit.fanOut?.each ?? key;
  const path = around.flatMap(({ unit }) => (unit.described === undefined ? [] : [unit.name]));
  return {
    code: "dag/second-pass",
    message: `items of "${each}" need "${path[0] ?? key}", which needs all of them first`,
    ...(path[0] === undefined ? {} : { node: path[0] }),
    path,
    fix: `collect what is needed of the items, and hand that out again with another each`,
  };
}
