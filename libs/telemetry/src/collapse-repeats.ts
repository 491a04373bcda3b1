import type { LogFields, Logger } from "./logger.ts";

/** How long repeats are counted instead of written. */
export interface CollapseOptions {
  /** @default 10_000 */
  readonly windowMs?: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly nowMs?: () => number;
}

interface Window {
  readonly sinceMs: number;
  readonly skipped: number;
}

/**
 * A logger that writes a warning once per window: for what fails again and again while something is down.
 *
 * Warnings with the same event count as the same. The first one after a window says in `repeated` how many were left out.
 * Its children share the windows; other levels pass through.
 *
 * @example
 * const logger = collapseRepeats(createLogger({ service: "scheduler" }));
 * logger.warn("db.unreachable", { attempt }); // at most every 10 s
 */
export function collapseRepeats(logger: Logger, options: CollapseOptions = {}): Logger {
  const { windowMs = 10_000, nowMs = () => performance.now() } = options;
  const windows = new Map<string, Window>();
  const wrap = (inner: Logger): Logger => ({
    debug: (event, fields) => inner.debug(event, fields),
    info: (event, fields) => inner.info(event, fields),
    error: (event, fields) => inner.error(event, fields),
    child: (fields) => wrap(inner.child(fields)),
    warn: (event, fields) => warnOnce(inner, event, fields),
  });
  const warnOnce = (inner: Logger, event: string, fields: LogFields = {}): void => {
    const now = nowMs();
    const open = windows.get(event);
    if (open !== undefined && now - open.sinceMs < windowMs) {
      windows.set(event, { ...open, skipped: open.skipped + 1 });
      return;
    }
    windows.set(event, { sinceMs: now, skipped: 0 });
    const skipped = open?.skipped ?? 0;
    inner.warn(event, skipped === 0 ? fields : { ...fields, repeated: skipped });
  };
  return wrap(logger);
}
