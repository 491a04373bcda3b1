import { WeirError } from "@weirflow/errors";

/** What a test waited for did not come about in time. */
export class EventuallyTimeoutError extends WeirError {
  override readonly code = "testing/eventually-timeout";

  /** @param cause - why the last look failed, when it threw. */
  constructor(timeoutMs: number, cause: unknown) {
    const last = cause instanceof Error ? `: ${cause.message}` : "";
    super(`what was waited for did not come about in ${timeoutMs} ms${last}`, { cause });
  }
}
