import { PluginError } from "../errors.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import type { NodeContext } from "../node-context.ts";
import { checkValue, hasChecks } from "./checks.ts";
import { continueAfterFailures } from "./continue-after-failures.ts";
import { NodeContexts } from "./node-contexts.ts";
import type { RunOptions, RunStart } from "./plugin.ts";
import type { Program } from "./program.ts";
import type { FanOut } from "./fan-out/fan-out.ts";
import { isThenable } from "./promises.ts";
import type { ValueMemory } from "./value-memory.ts";
import { NodeWatch } from "./watch-nodes.ts";

/** Runs node `i` on what it takes out of the memory, with all that plugins, checks and contexts add. */
export type NodeRunner = (
  i: number,
  inputs: Record<string, unknown>,
  memory: ValueMemory,
) => unknown;

/** What a runner is made of. */
export interface RunnerParts {
  readonly program: Program;
  readonly options: RunOptions;
  readonly start: RunStart;
  /** The signal that functions see. */
  readonly signal: () => AbortSignal;
  /** The time that plugins see: microseconds since the start of the run. */
  readonly sinceStartUs: () => number;
  /** Indices of the items that it runs for; absent for a whole plan. */
  readonly items?: readonly number[] | undefined;
  /** Runs what the program does for each item. */
  readonly fanOut: FanOutRunner;
}

/** Runs a fan-out on what its node takes: the items, and what they need from outside. */
export type FanOutRunner = (
  fanOut: FanOut,
  inputs: Readonly<Record<string, unknown>>,
  teller: ItemTeller,
) => unknown;

/** What a fan-out has to do with the node that hands out its items. */
export interface ItemTeller {
  /** Parses and checks an item as a value of that node. */
  readonly check: (item: unknown) => unknown;
  /** The context of that node, e.g. for its log. */
  readonly context: () => NodeContext | undefined;
}

/** The cheapest runner that does what is asked for: most runs call the functions and nothing else. */
export function createNodeRunner(parts: RunnerParts): NodeRunner {
  const { program, options, signal, items } = parts;
  if (isPlain(parts)) return (i, inputs) => program.calls[i]?.(inputs, undefined);
  const contexts = new NodeContexts({ nodes: program.described, options, signal, items });
  const contextOf = (i: number): NodeContext => contexts.of(i);
  const check = checker(parts, contextOf);
  const watch = isWatched(options) ? new NodeWatch(parts, contexts, check) : undefined;
  const own: NodeRunner =
    watch === undefined ? unwatched(parts, contextOf, check) : watch.run.bind(watch);
  const run = program.fanOuts.size === 0 ? own : withFanOuts(parts, own, contextOf);
  if (options.onError !== "continue") return run;
  return continueAfterFailures(parts, run, watch?.skip.bind(watch));
}

/** Runs also what the engine added: fan-outs, and lists of what they make. */
function withFanOuts(
  { program, options, fanOut: runFanOut }: RunnerParts,
  own: NodeRunner,
  contextOf: (i: number) => NodeContext,
): NodeRunner {
  return (i, inputs, memory) => {
    if (program.described[i] !== undefined) return own(i, inputs, memory);
    const fanOut = program.fanOuts.get(i);
    if (fanOut === undefined) return program.calls[i]?.(inputs, undefined);
    const { described, parse } = fanOut;
    const at = program.names.indexOf(fanOut.each);
    const context = (): NodeContext | undefined => (at < 0 ? undefined : contextOf(at));
    const isChecked = described !== undefined && hasChecks(described.options);
    const check = (made: unknown): unknown => {
      const item = parse === undefined ? made : parse(made);
      if (isChecked) checkNode(described, item, options, context);
      return item;
    };
    return runFanOut(fanOut, inputs, { check, context });
  };
}

/** Whether its functions are all that there is to call. */
function isPlain({ program, options }: RunnerParts): boolean {
  const { usesContext, fanOuts } = program;
  if (usesContext || program.hasChecks || fanOuts.size > 0) return false;
  return options.onError !== "continue" && !isWatched(options);
}

function unwatched(
  { program }: RunnerParts,
  contextOf: (i: number) => NodeContext,
  check: NodeChecker,
): NodeRunner {
  return (i, inputs) => {
    const context = program.nodes[i]?.usesContext === true ? contextOf(i) : undefined;
    return check(i, program.calls[i]?.(inputs, context));
  };
}

/** Whether plugins wrap nodes, or hear when they start or end. */
function isWatched({ plugins = [] }: RunOptions): boolean {
  return plugins.some(
    ({ around, onNodeStart, onNodeEnd }) =>
      around !== undefined || onNodeStart !== undefined || onNodeEnd !== undefined,
  );
}

/** Checks the value of node `i`, or the value of the promise that it made. */
export type NodeChecker = (i: number, made: unknown) => unknown;

/** Items are checked one by one when they are handed out, so what hands them out is not. */
function checker(
  { program, options }: RunnerParts,
  contextOf: (i: number) => NodeContext,
): NodeChecker {
  if (!program.hasChecks) return unchecked;
  return (i, made) => {
    const node = program.described[i];
    const { options: own, fan } = program.nodes[i] ?? {};
    if (node === undefined || own === undefined || !hasChecks(own) || fan?.kind === "each")
      return made;
    const check = (value: unknown): unknown => {
      checkNode(node, value, options, () => contextOf(i));
      return value;
    };
    return isThenable(made) ? made.then(check) : check(made);
  };
}

function unchecked(_i: number, made: unknown): unknown {
  return made;
}

function checkNode(
  node: GraphNode,
  value: unknown,
  { plugins = [] }: RunOptions,
  context: () => NodeContext | undefined,
): void {
  checkValue(node, value, (outcome) => {
    for (const plugin of plugins)
      try {
        plugin.onCheck?.(outcome);
      } catch (thrown) {
        throw new PluginError(plugin.name, "onCheck", node.name, thrown);
      }
    if (!outcome.ok && outcome.level === "warn")
      context()?.log(`${outcome.name} warns: ${outcome.message ?? ""}`, { node: node.name });
  });
}
