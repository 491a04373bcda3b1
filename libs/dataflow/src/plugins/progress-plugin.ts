import type { NodeCall, Plugin } from "../plan/plugin.ts";

/** How far a run has come. */
export interface RunProgress {
  /** Nodes that are done, failed ones among them; of those that run once. */
  readonly done: number;
  readonly total: number;
  /** Executions for items that are done, of all nodes that run inside of fan-outs: how many are to come, nobody knows. */
  readonly items: number;
  /** Nodes that run now, in the order in which they started. */
  readonly running: readonly string[];
}

/**
 * Tells how far a run has come, each time that a node starts or ends. One plugin watches one run at a time.
 *
 * @example
 * const progress = progressPlugin(({ done, total }) => process.stderr.write(`\r${done}/${total}`));
 * await plan.run(inputs, { plugins: [progress] });
 */
export function progressPlugin(tell: (progress: RunProgress) => void): Plugin {
  const running = new Map<NodeCall, string>();
  let done = 0;
  let items = 0;
  let total = 0;
  const report = (): void => {
    tell({ done, total, items, running: [...new Set(running.values())] });
  };
  return {
    name: "weirflow.progress",
    onRunStart: ({ nodes }) => {
      running.clear();
      done = 0;
      items = 0;
      total = nodes.filter(({ scope }) => scope === undefined).length;
      report();
    },
    onNodeStart: ({ call }) => {
      running.set(call, call.node.name);
      report();
    },
    onNodeEnd: ({ call }) => {
      running.delete(call);
      if (call.items === undefined) done += 1;
      else items += 1;
      report();
    },
  };
}
