import { WeirError } from "@weirflow/errors";
import type { SourceProblem } from "@weirflow/source";

/** A service that did not become ready. */
export class StackNotReadyError extends WeirError {
  override readonly code = "cli/stack-not-ready";
  readonly service: string;
  /** What it wrote last. */
  readonly lines: readonly string[];
  constructor(service: string, lines: readonly string[], cause?: unknown) {
    super(`the ${service} does not become ready\n${lines.map((line) => `  ${line}`).join("\n")}`, {
      hint: "its last lines say why; `weir dev` shows them all",
      cause,
    });
    this.service = service;
    this.lines = lines;
  }
}

/** Flow files that cannot be loaded. */
export class FlowsUnloadableError extends WeirError {
  override readonly code = "cli/flows-unloadable";
  readonly problems: readonly SourceProblem[];
  constructor(path: string, problems: readonly SourceProblem[]) {
    const listed = problems.map(({ message }) => `\n  ${message}`).join("");
    super(`the flows of "${path}" cannot be loaded${listed}`, {
      hint: problems.length === 0 ? "name a file that exports a flow" : problems[0]?.fix,
    });
    this.problems = problems;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { problems: this.problems };
  }
}

/** A command line that cannot be followed. */
export class UsageError extends WeirError {
  override readonly code = "cli/usage";
  constructor(what: string, hint: string) {
    super(what, { hint });
  }
}
