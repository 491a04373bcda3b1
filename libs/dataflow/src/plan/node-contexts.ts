import type { GraphNode } from "../graph/graph-node.ts";
import { type NodeContext, quietContext } from "../node-context.ts";
import { addFacts, type NodeFacts } from "../node-facts.ts";
import { inThreads } from "./thread-call.ts";
import type { RunOptions } from "./plugin.ts";

/** What contexts are made of. */
export interface ContextParts {
  /** The nodes of the program, by index; `undefined` for what the engine added. */
  readonly nodes: readonly (GraphNode | undefined)[];
  readonly options: RunOptions;
  /** The signal that functions see. */
  readonly signal: () => AbortSignal;
  /** Indices of the items that the nodes run for; absent for a whole plan. */
  readonly items?: readonly number[] | undefined;
}

/** The contexts of a run's nodes, each made when somebody asks for it, and the facts that nodes told by them. */
export class NodeContexts {
  readonly #parts: ContextParts;
  readonly #made: (NodeContext | undefined)[] = [];
  readonly #facts: (NodeFacts | undefined)[] = [];

  constructor(parts: ContextParts) {
    this.#parts = parts;
  }

  /** The context of node `i`: always the same one. */
  of(i: number): NodeContext {
    return (this.#made[i] ??= this.#make(i));
  }

  /** What node `i` told so far. */
  factsOf(i: number): NodeFacts | undefined {
    return this.#facts[i];
  }

  #make(i: number): NodeContext {
    const { nodes, options, signal, items = [] } = this.#parts;
    const node = nodes[i];
    const { context } = options;
    const own = typeof context === "function" ? node && context(node, items) : context;
    const record = (facts: NodeFacts): void => {
      this.#facts[i] = addFacts(this.#facts[i], facts);
      own?.record?.(facts);
    };
    const atSignal = signal();
    const made = { ...quietContext(atSignal), ...own, signal: atSignal, record };
    return options.threads === undefined ? made : inThreads(made, options.threads);
  }
}
