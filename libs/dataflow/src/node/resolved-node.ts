import type { NodeOptions } from "../modifier/node.ts";
import type { Fn } from "../typed/module-types.ts";
import type { Dependency, ParameterFault, Parameters } from "./parameters.ts";
import type { Fan, NodeFunction, SubgraphInstance } from "./spec.ts";

/** An input that picks a branch, and the values that have one. */
export interface ChoicePoint {
  readonly key: string;
  /** Labels of the branches. */
  readonly values: readonly string[];
  /** Whether any other value, and none, picks a branch too. */
  readonly hasOtherwise: boolean;
  /** When each function is taken, where more than this key decides. */
  readonly cases?: readonly string[];
  /** What each function needs, in the order of `cases`, or else of `values`. */
  readonly needs?: readonly (readonly string[])[];
}

/** The choices that are made so far: values by key. A key that is present with `undefined` was left out on purpose. */
export type KnownChoices = ReadonlyMap<string, unknown>;

/** A node as it is once some choices are made: all that its modifiers say, flattened. */
export interface ResolvedNode {
  readonly dependencies: readonly Dependency[];
  readonly call: NodeFunction;
  readonly usesContext: boolean;
  /** Whether `call` reads the names of its dependencies and nothing else, whatever object it gets. */
  readonly readsNames: boolean;
  /** Whether it runs also on values that failed. */
  readonly takesFailures?: boolean;
  readonly options: NodeOptions<never>;
  /** Whether it hands out items, or gathers what was made of them. */
  readonly fan?: Fan;
  /** Choices that are still open, the outermost first. */
  readonly choices: readonly ChoicePoint[];
  /** The branches that were taken, e.g. `task=regression`; empty for a node without choices. */
  readonly variant: string;
  readonly faults: readonly ParameterFault[];
}

/** What resolving needs to know about the graph around the node. */
export interface ResolveScope {
  readonly parametersOf: (fn: Fn) => Parameters;
  /** The name of the node that runs a function of `fields` or `columns` for all of its parts. */
  readonly sourceOf: (fn: Fn) => string | undefined;
  /** Whether the nodes of a subgraph are nodes; otherwise it runs as one function. */
  readonly holds: (instance: SubgraphInstance) => boolean;
}

/** What is needed to resolve one modifier of a function. */
export interface Resolving {
  readonly known: KnownChoices;
  readonly scope: ResolveScope;
  /** The function with this modifier and all inside it. */
  readonly fn: Fn;
  /** Resolves the functions inside. */
  readonly resolve: (fn: Fn, known: KnownChoices, scope: ResolveScope) => ResolvedNode;
}

/** A node that takes one other, or something of it. */
export function taking(source: string, take: (value: unknown) => unknown = itself): ResolvedNode {
  return {
    dependencies: [{ name: source, required: true }],
    call: (deps) => take(deps[source]),
    usesContext: false,
    readsNames: true,
    options: {},
    choices: [],
    variant: "",
    faults: [],
  };
}

function itself(value: unknown): unknown {
  return value;
}

/** Each name once; required if any mention requires it. */
export function mergeDependencies(mentions: readonly Dependency[]): readonly Dependency[] {
  const merged = new Map<string, Dependency>();
  for (const mention of mentions) {
    const known = merged.get(mention.name);
    if (known === undefined || (mention.required && !known.required))
      merged.set(mention.name, mention);
  }
  return [...merged.values()];
}
