import { GraphError } from "../errors.ts";
import { cyclesOf } from "../graph/cycles.ts";
import type { NodeSource } from "../graph/node-source.ts";
import type { GraphProblem } from "../graph/problem.ts";
import { type Reach, reach } from "../graph/reach.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import { choiceLabel } from "../modifier/choice-label.ts";
import type { EachOptions } from "../modifier/each.ts";
import type { ChoicePoint, KnownChoices } from "../node/resolved-node.ts";
import { type Compiled, compileProgram } from "./compile.ts";
import { findScopes } from "./fan-out/scopes.ts";
import { missingInput, unmatchedChoice, type Values } from "./run-inputs.ts";

/** A program, and what it is checked and described by. */
export interface CompiledPlan extends Compiled {
  /** Names that need a value, each with the nodes that take it. */
  readonly required: readonly (readonly [name: string, takers: readonly string[]])[];
}

/** Compiles programs for the choices and overrides of runs, each combination once. */
export class Planner {
  readonly #source: NodeSource;
  readonly #names: readonly string[];
  readonly #fixed: KnownChoices;
  readonly #compiled = new Map<string, CompiledPlan>();
  /** Whether a node hands out items, or may. */
  #fansOut = false;
  /** Keys of all choices that may come up in a run. */
  #choiceKeys: readonly string[] = [];

  constructor(source: NodeSource, names: readonly string[], fixed: KnownChoices) {
    this.#source = source;
    this.#names = names;
    this.#fixed = fixed;
  }

  /**
   * All that may be needed, whatever the open choices turn out to be.
   *
   * @throws {@link GraphError} `dag/invalid`, when a choice has no such branch, or what is chosen is a cycle.
   */
  reachAll(): Reach {
    const whole = this.#reach(this.#fixed, new Set());
    refuse(openChoices(whole, this.#fixed).filter(({ code }) => code === "dag/unmatched-choice"));
    if (whole.choices.size === 0) refuse(cyclesOf(whole));
    this.#choiceKeys = [...whole.choices.keys()];
    this.#fansOut =
      whole.choices.size > 0 || whole.nodes.some(({ node }) => node.fan !== undefined);
    return whole;
  }

  /**
   * The nodes of all that may be needed.
   *
   * @throws {@link GraphError} `dag/invalid`, when items of several nodes are mixed up.
   */
  describe(whole: Reach): readonly GraphNode[] {
    // where nodes run is known once every choice is made, and what is wrong with that shows when it is compiled
    if (this.#fansOut && whole.choices.size === 0)
      return this.#programOf(whole, this.#fixed, new Set()).nodes;
    return whole.nodes.map(({ name, node }) => this.#source.describe(name, node));
  }

  /** Inputs of branches that were not taken when planning: the types of a choice that is no literal ask for them. */
  spareInputs(): readonly string[] {
    if (this.#fixed.size === 0) return [];
    return [...this.#reach(new Map(), new Set()).inputs.keys()].filter(
      (name) => !this.#fixed.has(name),
    );
  }

  /**
   * The program for these values.
   *
   * @param problems - what is wrong with the values so far.
   * @throws {@link GraphError} `dag/invalid`, with those problems, what is missing, and choices without a branch.
   */
  compile(
    values: Values,
    overridden: ReadonlySet<string>,
    problems: readonly GraphProblem[],
  ): CompiledPlan {
    const key = this.#keyOf(values, overridden);
    const compiled = this.#compiled.get(key) ?? this.#compileFor(values, overridden, problems);
    refuse([...problems, ...missingInputs(compiled.required, values, overridden)]);
    this.#compiled.set(key, compiled);
    return compiled;
  }

  /** The choices that values make, and what is overridden: all that the shape of a program depends on. */
  #keyOf(values: Values, overridden: ReadonlySet<string>): string {
    if (this.#choiceKeys.length === 0 && overridden.size === 0) return "";
    const choices = this.#choiceKeys.map((key) => choiceLabel(values[key]) ?? null);
    return JSON.stringify([choices, [...overridden].sort()]);
  }

  #compileFor(
    values: Values,
    overridden: ReadonlySet<string>,
    problems: readonly GraphProblem[],
  ): CompiledPlan {
    const known = new Map(this.#fixed);
    const reached = this.#decide(known, values, overridden);
    const open = openChoices(reached, new Map(Object.entries(values)));
    if (open.length > 0) {
      const certain = requiredOf(this.#reach(known, overridden, false));
      refuse([...problems, ...open, ...missingInputs(certain, values, overridden)]);
    }
    const required = requiredOf(reached);
    const cycles = cyclesOf(reached);
    if (cycles.length > 0)
      refuse([...problems, ...missingInputs(required, values, overridden), ...cycles]);
    return { ...this.#programOf(reached, known, overridden), required };
  }

  #programOf(reached: Reach, known: KnownChoices, overridden: ReadonlySet<string>): Compiled {
    return compileProgram({
      reach: reached,
      outputs: this.#names,
      given: this.#givenItems(known, overridden),
      replaced: this.#replacedIn(known, overridden),
      describe: this.#source.describe,
    });
  }

  /**
   * Overridden nodes that run for items, and the node that hands those out: the value that is given stands for each item,
   * and how many there are has to be known.
   */
  #replacedIn(known: KnownChoices, overridden: ReadonlySet<string>): ReadonlyMap<string, string> {
    if (overridden.size === 0 || !this.#fansOut) return noNames;
    const uncut = reach({
      from: this.#names,
      nodeOf: (name) => this.#source.resolve(name, known),
    });
    const scopes = findScopes({ reach: uncut, outputs: [], given: new Map() });
    return new Map(
      [...overridden].flatMap((name) => {
        const each = scopes?.runsIn.get(name)?.each;
        return each === undefined ? [] : [[name, each] as const];
      }),
    );
  }

  /** Nodes that hand out items and are overridden: what is given in their place is handed out. */
  #givenItems(known: KnownChoices, overridden: ReadonlySet<string>): Map<string, EachOptions> {
    const given = new Map<string, EachOptions>();
    for (const name of overridden) {
      const fan = this.#source.resolve(name, known)?.fan;
      if (fan?.kind === "each") given.set(name, fan.options);
    }
    return given;
  }

  /** Makes the open choices from values, outermost first: what a choice leaves out needs no choice. */
  #decide(known: Map<string, unknown>, values: Values, overridden: ReadonlySet<string>): Reach {
    for (;;) {
      const reached = this.#reach(known, overridden);
      const undecided = outermostChoices(reached).filter(({ key }) => !known.has(key));
      if (undecided.length === 0) return reached;
      for (const { key } of undecided) known.set(key, values[key]);
    }
  }

  #reach(known: KnownChoices, overridden: ReadonlySet<string>, throughChoices = true): Reach {
    return reach({
      from: [...this.#replacedIn(known, overridden).values(), ...this.#names],
      throughChoices,
      nodeOf: (name) => (overridden.has(name) ? undefined : this.#source.resolve(name, known)),
    });
  }
}

const noNames: ReadonlyMap<string, string> = new Map();

function refuse(problems: readonly GraphProblem[]): void {
  if (problems.length > 0) throw new GraphError(problems);
}

function outermostChoices({ nodes }: Reach): readonly ChoicePoint[] {
  return nodes.flatMap(({ node }) => node.choices.slice(0, 1));
}

/** Choices that no branch is taken of: the key is missing, or its value has none. Nodes that say the same count once. */
function openChoices(reached: Reach, values: KnownChoices): readonly GraphProblem[] {
  if (reached.choices.size === 0) return [];
  const takers = takersOf(reached);
  const problems = outermostChoices(reached).map((point): GraphProblem => {
    const value = values.get(point.key);
    return value === undefined
      ? missingInput(point.key, takers.get(point.key) ?? [], Object.fromEntries(values))
      : unmatchedChoice(point, value);
  });
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

function missingInputs(
  required: CompiledPlan["required"],
  values: Values,
  overridden: ReadonlySet<string>,
): readonly GraphProblem[] {
  return required
    .filter(([name]) => values[name] === undefined && !overridden.has(name))
    .map(([name, takers]) => missingInput(name, takers, values));
}

/** Inputs that have to be given, with the nodes that take them. */
function requiredOf(reached: Reach): CompiledPlan["required"] {
  const takers = takersOf(reached);
  return [...reached.inputs]
    .filter(([, { required }]) => required)
    .map(([name]) => [name, takers.get(name) ?? []]);
}

function takersOf({ nodes }: Reach): ReadonlyMap<string, readonly string[]> {
  const takers = new Map<string, string[]>();
  for (const { name, node } of nodes)
    for (const dependency of node.dependencies) {
      const known = takers.get(dependency.name);
      if (known === undefined) takers.set(dependency.name, [name]);
      else if (known.at(-1) !== name) known.push(name); // nodes come one by one: who took it before is the last
    }
  return takers;
}
