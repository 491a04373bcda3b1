import type { ChoicePoint, ResolvedNode } from "../node/resolved-node.ts";

/** The part of a graph that some nodes need. */
export interface Reach {
  /** Each after all that it needs, unless there is a cycle. */
  readonly nodes: readonly ReachedNode[];
  /** Names that no node makes; required if any node requires them. */
  readonly inputs: ReadonlyMap<string, { readonly required: boolean }>;
  /** Choices that are still open, by key. */
  readonly choices: ReadonlyMap<string, ChoicePoint>;
  /** A cycle for each edge that closes one: the nodes from one back to itself. */
  readonly cycles: readonly (readonly string[])[];
}

/** A node and its name. */
export interface ReachedNode {
  readonly name: string;
  readonly node: ResolvedNode;
}

/** Where to start, and what stands for the nodes. */
export interface ReachOptions {
  readonly from: Iterable<string>;
  /** The node of a name; `undefined` for an input. */
  readonly nodeOf: (name: string) => ResolvedNode | undefined;
  /** Whether edges of nodes with open choices are followed. @default true */
  readonly throughChoices?: boolean;
}

/** Walks upstream, depth first, with a stack of its own: a chain of any length. */
export function reach(options: ReachOptions): Reach {
  const walk = new Walk(options);
  for (const name of options.from) walk.visit(name);
  return walk;
}

interface Frame extends ReachedNode {
  /** Index of the next dependency to look at. */
  next: number;
}

class Walk implements Reach {
  readonly nodes: ReachedNode[] = [];
  readonly inputs = new Map<string, { required: boolean }>();
  readonly choices = new Map<string, ChoicePoint>();
  readonly cycles: string[][] = [];
  readonly #options: ReachOptions;
  readonly #stack: Frame[] = [];
  /** `false` while a node is on the stack, `true` once all that it needs is in `nodes`. */
  readonly #isDone = new Map<string, boolean>();

  constructor(options: ReachOptions) {
    this.#options = options;
  }

  visit(name: string): void {
    this.#enter(name, true);
    for (let top = this.#stack.at(-1); top !== undefined; top = this.#stack.at(-1)) {
      const dependency = this.#follows(top.node) ? top.node.dependencies[top.next++] : undefined;
      if (dependency === undefined) this.#leave(top);
      else this.#enter(dependency.name, dependency.required);
    }
  }

  #follows(node: ResolvedNode): boolean {
    return this.#options.throughChoices !== false || node.choices.length === 0;
  }

  #enter(name: string, required: boolean): void {
    const isDone = this.#isDone.get(name);
    if (isDone === false) this.cycles.push(this.#cycleTo(name));
    if (isDone !== undefined) return;
    const node = this.#options.nodeOf(name);
    if (node === undefined) {
      this.inputs.set(name, { required: required || this.inputs.get(name)?.required === true });
      return;
    }
    this.#isDone.set(name, false);
    this.#stack.push({ name, node, next: 0 });
    for (const choice of node.choices) this.choices.set(choice.key, merged(choice, this.choices));
  }

  #leave({ name, node }: Frame): void {
    this.#stack.pop();
    this.#isDone.set(name, true);
    this.nodes.push({ name, node });
  }

  #cycleTo(name: string): string[] {
    const names = this.#stack.map((frame) => frame.name);
    return [...names.slice(names.indexOf(name)), name];
  }
}

/** What several nodes that choose by one key take for it. */
function merged(choice: ChoicePoint, known: ReadonlyMap<string, ChoicePoint>): ChoicePoint {
  const other = known.get(choice.key);
  if (other === undefined) return choice;
  return {
    key: choice.key,
    values: [...new Set([...other.values, ...choice.values])],
    hasOtherwise: other.hasOtherwise && choice.hasOtherwise,
  };
}
