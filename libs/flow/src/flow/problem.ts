import { GraphError } from "@weirflow/dataflow";
import { isWeirError } from "@weirflow/errors";

/** One thing that is wrong with a flow. */
export interface FlowProblem {
  /** Stable: one of this package's (`flow/…`) or of the graphs' (`dag/…`). */
  readonly code: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
  /** The line of the text of `run` that it is about, from 1. */
  readonly line?: number;
}

/** What was thrown while a flow was recorded, as a problem. */
export function problemFrom(thrown: unknown): FlowProblem {
  if (isWeirError(thrown))
    return { code: thrown.code, message: thrown.message, fix: thrown.hint ?? "" };
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return {
    code: "flow/run-failed",
    message: `run threw ${message}`,
    fix: "let `run` do nothing but call tasks",
  };
}

/** The problems of a task's graph, told of the task. */
export function graphProblems(task: string, thrown: unknown): readonly FlowProblem[] {
  if (!(thrown instanceof GraphError)) return [problemFrom(thrown)];
  return thrown.problems.map(({ code, message, fix }) => ({
    code,
    message: `task "${task}": ${message}`,
    fix,
  }));
}
