import type { GraphInput } from "../graph/graph-node.ts";
import type { Binding } from "../modifier/bind.ts";
import type { EachOptions } from "../modifier/each.ts";
import type { NodeOptions } from "../modifier/node.ts";
import type { NodeContext } from "../node-context.ts";
import type { ChoiceValue } from "../typed/choice-types.ts";
import type { Fn } from "../typed/module-types.ts";

/** How a modifier changes a function. Specs nest: `of` may be marked itself. */
export type NodeSpec =
  | { readonly kind: "options"; readonly of: Fn; readonly options: NodeOptions<never> }
  | { readonly kind: "bind"; readonly of: Fn; readonly bindings: Readonly<Record<string, Binding>> }
  | {
      readonly kind: "choose";
      readonly key: string;
      readonly branches: Readonly<Record<string, Fn>>;
      readonly otherwise: Fn | undefined;
    }
  | {
      readonly kind: "part";
      readonly of: Fn;
      readonly part: string;
      /** Takes the part from the value that `of` returns. */
      readonly take: (whole: unknown, part: string) => unknown;
    }
  | { readonly kind: "settled"; readonly of: Fn }
  | { readonly kind: "fan"; readonly of: Fn; readonly fan: Fan }
  | PickSpec
  | PipeSpec
  | InnerSpec
  | ScopedSpec;

/** A node that hands out items one by one, or one that gathers what was made of each. */
export type Fan =
  | {
      readonly kind: "each";
      readonly options: EachOptions;
      /** What becomes of each item before it is handed out; throws for one that is not fine. */
      readonly parse?: (item: unknown) => unknown;
    }
  | { readonly kind: "collect" };

/** A choice by several keys, or by a test of them: the first case that fits is taken. */
export interface PickSpec {
  readonly kind: "pick";
  readonly cases: readonly PickCase[];
  readonly otherwise: Fn | undefined;
}

/** A function, and when it is taken. */
export interface PickCase {
  /** Values by key, all of which must be so; or a test that takes the keys as a node does. */
  readonly when: Readonly<Record<string, ChoiceValue | readonly ChoiceValue[]>> | Fn;
  readonly of: Fn;
}

/** A function with steps before and after it. */
export interface PipeSpec {
  readonly kind: "pipe";
  readonly of: Fn;
  readonly before: readonly StepSpec[];
  readonly after: readonly StepSpec[];
  /** What it takes when it runs as one function. */
  readonly inputsOf: InnerSpec["inputsOf"];
}

/** A step of a pipe. */
export interface StepSpec {
  readonly fn: Fn;
  readonly takes: string;
  readonly name: string | undefined;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly when: PickCase["when"] | undefined;
  /** The dependency of the function that the step makes. */
  readonly dependency?: string;
}

/** A node of a subgraph, as the modules around it see it. */
export interface InnerSpec {
  readonly kind: "inner";
  readonly instance: SubgraphInstance;
  /** Its name inside. */
  readonly node: string;
  /** What it takes from outside when it runs as one function. */
  readonly inputsOf: (choices: Readonly<Record<string, ChoiceValue>>) => readonly GraphInput[];
}

/** A function of a subgraph, as a node of the graph around it. */
export interface ScopedSpec {
  readonly kind: "scoped";
  readonly of: Fn;
  readonly scope: InnerScope;
}

/** One use of some modules as a part of a graph. */
export interface SubgraphInstance {
  readonly modules: readonly object[];
  readonly namespace: string;
  /** What stands for the names that the modules take from outside: `inputs`, and `config` as values. */
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly config: Readonly<Record<string, ChoiceValue>>;
}

/** What the names mean that a function of a subgraph uses. */
export interface InnerScope {
  readonly instance: SubgraphInstance;
  /** The nodes of the subgraph, by their names inside. */
  readonly names: ReadonlySet<string>;
  readonly sources: ReadonlyMap<Fn, string>;
  /** The subgraphs whose nodes are nodes inside. */
  readonly nested: ReadonlySet<SubgraphInstance>;
}

/** The name of a node that belongs to another, or to a subgraph: `owner.part`. */
export function partName(owner: string, part: string): string {
  return `${owner}.${part}`;
}

/** A function as the runtime calls it: its dependencies by name, then its context. */
export type NodeFunction = (
  deps: Readonly<Record<string, unknown>>,
  context: NodeContext | undefined,
) => unknown;

const SPEC: unique symbol = Symbol.for("weirflow.node");

/** A function that does `call` and knows by which modifier it was made. */
export function markNode(spec: NodeSpec, call: NodeFunction): Fn {
  const marked: NodeFunction = (deps, context) => call(deps, context);
  return Object.defineProperty(marked, SPEC, { value: spec });
}

/** The modifier that made a function; `undefined` for a plain one. */
export function specOf(fn: Fn): NodeSpec | undefined {
  // only markNode sets this symbol
  return (fn as { readonly [SPEC]?: NodeSpec })[SPEC];
}

/** The functions that people wrote, inside all modifiers of `fns`; each once. */
export function plainFunctions(fns: readonly Fn[]): readonly Fn[] {
  const reached = new Set(fns);
  // a set hands out what is added while it is walked
  for (const fn of reached) for (const inner of innerFunctions(specOf(fn))) reached.add(inner);
  return [...reached].filter((fn) => specOf(fn) === undefined);
}

/** The functions that a modifier was given; none of a subgraph's. */
export function innerFunctions(spec: NodeSpec | undefined): readonly Fn[] {
  if (spec === undefined || spec.kind === "inner") return [];
  if (spec.kind === "pipe")
    return [spec.of, ...[...spec.before, ...spec.after].map((each) => each.fn)];
  if (spec.kind === "pick")
    return [
      ...spec.cases.map((each) => each.of),
      ...(spec.otherwise === undefined ? [] : [spec.otherwise]),
    ];
  if (spec.kind !== "choose") return [spec.of];
  const branches = Object.values(spec.branches);
  return spec.otherwise === undefined ? branches : [...branches, spec.otherwise];
}

/** Calls a function of unknown type as a node. */
export function callNode(
  fn: Fn,
  deps: Readonly<Record<string, unknown>>,
  context: NodeContext | undefined,
): unknown {
  return asNodeFunction(fn)(deps, context);
}

/** The same function under the type by which the runtime calls nodes. */
export function asNodeFunction(fn: Fn): NodeFunction {
  // the graph was checked: dependencies by name first, then the context
  return fn as NodeFunction;
}
