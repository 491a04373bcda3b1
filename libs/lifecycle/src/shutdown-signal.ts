/** The part of `process` that {@link shutdownSignal} uses. */
export interface SignalSource {
  on(event: "SIGTERM" | "SIGINT", listener: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * An `AbortSignal` that SIGTERM or SIGINT aborts. A second one, of either kind, exits at once with code 1.
 *
 * The listeners stay for the life of the process, so call it once, in `main.ts`.
 *
 * @example
 * const stop = shutdownSignal();
 * await aborted(stop);
 */
export function shutdownSignal(source: SignalSource = process): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: string): void => {
    if (controller.signal.aborted) source.exit(1);
    else controller.abort(name);
  };
  source.on("SIGTERM", () => onSignal("SIGTERM"));
  source.on("SIGINT", () => onSignal("SIGINT"));
  return controller.signal;
}
