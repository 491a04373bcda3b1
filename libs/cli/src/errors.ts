import { WeirError } from "@weirflow/errors";

/** A service that did not become ready. */
export class StackNotReadyError extends WeirError {
  override readonly code = "cli/stack-not-ready";
  constructor(service: string, timeoutMs: number) {
    super(`the ${service} was not ready within ${timeoutMs / 1_000} s`, {
      hint: "look at its lines above, or run `weir dev` to see them all",
    });
  }
}

/** Flow files that cannot be loaded. */
export class FlowsUnloadableError extends WeirError {
  override readonly code = "cli/flows-unloadable";
  readonly problems: readonly unknown[];
  constructor(path: string, problems: readonly unknown[]) {
    super(`no flow could be loaded from "${path}"`, {
      hint: `run \`weir check ${path}\` to see every problem`,
    });
    this.problems = problems;
  }
}

/** A command line that cannot be followed. */
export class UsageError extends WeirError {
  override readonly code = "cli/usage";
  constructor(what: string, hint: string) {
    super(what, { hint });
  }
}
