import type { GraphProblem } from "./problem.ts";
import type { Reach } from "./reach.ts";

/** One problem for each cycle, with its path. */
export function cyclesOf({ cycles }: Reach): readonly GraphProblem[] {
  return cycles.map((path) => ({
    code: "dag/cycle",
    message: `node "${path[0]}" depends on itself: ${path.join(" -> ")}`,
    ...(path[0] === undefined ? {} : { node: path[0] }),
    path,
    fix: "rename a parameter, or split a node",
  }));
}
