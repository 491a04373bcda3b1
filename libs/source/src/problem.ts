import type { FlowProblem } from "@weirflow/flow";

/** One thing that is wrong with a flow file or with a flow in it. */
export interface SourceProblem {
  /** Stable: `source/…`, `flow/…` or `dag/…`. */
  readonly code: string;
  /** The file, absolute. */
  readonly file: string;
  /** From 1, where one line is to blame. */
  readonly line?: number;
  /** What is wrong, in one sentence. */
  readonly reason: string;
  /** What to do about it; empty when there is nothing to say. */
  readonly fix: string;
  /** All of the above in one line: `file:line: reason (code); fix`. */
  readonly message: string;
}

/** Where a problem is. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
}

/** A problem with its line of text. */
export function problemAt(
  { file, line }: Place,
  { code, reason, fix }: { readonly code: string; readonly reason: string; readonly fix: string },
): SourceProblem {
  const at = line === undefined ? file : `${file}:${line}`;
  const message = `${at}: ${reason} (${code})${fix === "" ? "" : `; ${fix}`}`;
  return { code, file, ...(line === undefined ? {} : { line }), reason, fix, message };
}

/** A problem of a flow in its file. `runLine` is the line where the text of its `run` begins. */
export function flowProblemAt(
  { file, line }: Place,
  runLine: number | undefined,
  { code, message, fix, line: lineOfRun }: FlowProblem,
): SourceProblem {
  const inRun =
    lineOfRun === undefined || runLine === undefined ? undefined : runLine + lineOfRun - 1;
  return problemAt({ file, line: inRun ?? line }, { code, reason: message, fix });
}
