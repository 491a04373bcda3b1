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
