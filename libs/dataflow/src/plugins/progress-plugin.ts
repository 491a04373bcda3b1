import type { Plugin } from "../plan/plugin.ts";

/** How far a run has come. */
export interface RunProgress {
  /** Nodes that are done, failed ones among them. */
  readonly done: number;
  readonly total: number;
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
  const running = new Set<string>();
  let done = 0;
  let total = 0;
  const report = (): void => {
    tell({ done, total, running: [...running] });
  };
  return {
    name: "weirflow.progress",
    onRunStart: ({ nodes }) => {
      running.clear();
      done = 0;
      total = nodes.length;
      report();
    },
    onNodeStart: ({ call }) => {
      running.add(call.node.name);
      report();
    },
    onNodeEnd: ({ call }) => {
      running.delete(call.node.name);
      done += 1;
      report();
    },
  };
}
