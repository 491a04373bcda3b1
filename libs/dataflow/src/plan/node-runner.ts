import type { GraphNode } from "../graph/graph-node.ts";
import type { NodeContext } from "../node-context.ts";
import { checkValue, hasChecks } from "./checks.ts";
import { continueAfterFailures } from "./continue-after-failures.ts";
import { NodeContexts } from "./node-contexts.ts";
import type { RunOptions, RunStart } from "./plugin.ts";
import type { Program } from "./program.ts";
import { isThenable } from "./promises.ts";
import { NodeWatch } from "./watch-nodes.ts";

/** Runs node `i` on what it takes, with all that plugins, checks and contexts add. */
export type NodeRunner = (i: number, inputs: Record<string, unknown>) => unknown;

/** What a runner is made of. */
export interface RunnerParts {
  readonly program: Program;
  /** The nodes of the program, by the same index. */
  readonly nodes: readonly GraphNode[];
  readonly options: RunOptions;
  readonly start: RunStart;
  /** The signal that functions see. */
  readonly signal: () => AbortSignal;
}

/** The cheapest runner that does what is asked for: most runs call the functions and nothing else. */
export function createNodeRunner(parts: RunnerParts): NodeRunner {
  const contexts = new NodeContexts(parts);
  const contextOf = (i: number): NodeContext => contexts.of(i);
  const check = checker(parts, contextOf);
  const watch = isWatched(parts.options) ? new NodeWatch(parts, contexts, check) : undefined;
  const run: NodeRunner =
    watch === undefined ? unwatched(parts, contextOf, check) : (i, inputs) => watch.run(i, inputs);
  if (parts.options.onError !== "continue") return run;
  return continueAfterFailures(parts, run, watch?.skip.bind(watch));
}

function unwatched(
  { program }: RunnerParts,
  contextOf: (i: number) => NodeContext,
  check: NodeChecker,
): NodeRunner {
  if (program.usesContext || program.nodes.some((node) => hasChecks(node.options)))
    return (i, inputs) => {
      const context = program.nodes[i]?.usesContext === true ? contextOf(i) : undefined;
      return check(i, program.calls[i]?.(inputs, context));
    };
  return (i, inputs) => program.calls[i]?.(inputs, undefined);
}

/** Whether plugins wrap nodes, or hear when they start or end. */
export function isWatched({ plugins = [] }: RunOptions): boolean {
  return plugins.some(
    ({ around, onNodeStart, onNodeEnd }) =>
      around !== undefined || onNodeStart !== undefined || onNodeEnd !== undefined,
  );
}

/** Checks the value of node `i`, or the value of the promise that it made. */
export type NodeChecker = (i: number, made: unknown) => unknown;

function checker(
  { program, nodes, options }: RunnerParts,
  contextOf: (i: number) => NodeContext,
): NodeChecker {
  return (i, made) => {
    const node = nodes[i];
    if (node === undefined || !hasChecks(program.nodes[i]?.options ?? {})) return made;
    const check = (value: unknown): unknown => {
      checkValue(node, value, (outcome) => {
        for (const plugin of options.plugins ?? []) plugin.onCheck?.(outcome);
        if (!outcome.ok && outcome.level === "warn")
          contextOf(i).log(`${outcome.name} warns: ${outcome.message ?? ""}`, { node: node.name });
      });
      return value;
    };
    return isThenable(made) ? made.then(check) : check(made);
  };
}
