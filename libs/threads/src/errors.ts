import { type Disposition, type ErrorRecord, WeirError } from "@weirflow/errors";

/** The function of a node is no export of the module that the node names. */
export class NoThreadExportError extends WeirError {
  override readonly code = "threads/no-export";
  constructor(module: string, cause?: unknown) {
    super(`the function that is to run in a thread is no export of ${module}`, {
      cause,
      hint: "export the function that `node` wraps, e.g. as `_name`, and give `thread: import.meta.url` of its module",
    });
  }
}

/** A value cannot be copied to another thread, or back from it. */
export class UncopiableValueError extends WeirError {
  override readonly code = "threads/uncopiable";
  constructor(cause: unknown) {
    const said = /DataCloneError: (.*)/u.exec(cause instanceof Error ? (cause.stack ?? "") : "");
    const why = said?.[1] ?? (cause instanceof Error ? cause.message : String(cause));
    super(`what the function takes or gives cannot be copied between threads: ${why}`, {
      cause,
      hint: "take and give plain data: no functions, no instances of classes, no streams",
    });
  }
}

/** A thread was ended from outside, e.g. since it needed too much memory. */
export class ThreadEndedError extends WeirError {
  override readonly code = "threads/ended";
  override readonly disposition = "retry";
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the thread ended before the function did: ${why}`, { cause });
  }
}

/** What a function threw in another thread: its message, code, disposition and stack. */
export class ThreadNodeError extends WeirError {
  override readonly code: string;
  override readonly disposition: Disposition;
  readonly #data: Readonly<Record<string, unknown>>;
  constructor({ code, message, hint, disposition, stack, data, cause }: ErrorRecord) {
    super(message, {
      ...(hint === undefined ? {} : { hint }),
      ...(cause === undefined ? {} : { cause: new ThreadNodeError(cause) }),
    });
    this.code = code;
    // a plain error may be anything, so another try may help
    this.disposition = disposition ?? (code === "unknown" ? "retry" : "fail");
    this.#data = data ?? {};
    if (stack !== undefined) this.stack = stack;
  }

  override data(): Readonly<Record<string, unknown>> {
    return this.#data;
  }
}
