const events = ["uncaughtException", "unhandledRejection"] as const;
/** Both handlers that Emscripten installs do nothing but throw again. */
const rethrows = /\bthrow (ex|reason)\b/;

/**
 * Starts to watch for process-wide handlers that rethrow, as Emscripten's runtime installs them.
 *
 * Such a handler turns every failure that the process would have reported or survived into a crash without a report.
 *
 * @returns a function that removes those which appeared since, and leaves all others alone.
 * @internal
 */
export function watchRethrowingHandlers(): () => void {
  const known = new Set(events.flatMap((event) => process.rawListeners(event)));
  return () => {
    for (const event of events) {
      for (const listener of process.rawListeners(event)) {
        if (known.has(listener) || !rethrows.test(String(listener))) continue;
        // what rawListeners returns can be removed; the union of both events' listener types cannot be spelt
        process.removeListener(event, listener as () => void);
      }
    }
  };
}
