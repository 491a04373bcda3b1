import { WeirError } from "@weirflow/errors";

/** The caller's signal was aborted while something waited or ran. Not a failure: never counted as an error. */
export class CancelledError extends WeirError {
  override readonly code = "lifecycle/cancelled";
  override readonly disposition = "cancel";

  /**
   * @param what - what was interrupted, as a noun: `"the wait"`.
   * @param cause - the signal's reason, or the failure that was being waited out.
   */
  constructor(what: string, cause?: unknown) {
    super(`${what} was cancelled`, { cause });
  }
}

/** A task was given to a pool without a free slot. */
export class PoolFullError extends WeirError {
  override readonly code = "lifecycle/pool-full";
  override readonly disposition = "retry";
  readonly limit: number;

  constructor(limit: number) {
    super(`all ${limit} slots of the pool are taken`, {
      hint: "await `pool.whenFree(signal)` first",
    });
    this.limit = limit;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { limit: this.limit };
  }
}

/** A task was given to a pool that is stopping or has stopped. */
export class PoolClosedError extends WeirError {
  override readonly code = "lifecycle/pool-closed";
  override readonly disposition = "cancel";

  constructor() {
    super("the pool is stopping and takes no more tasks", {
      hint: "stop handing out work before the pool is disposed",
    });
  }
}

/** The health server could not listen. */
export class HealthPortError extends WeirError {
  override readonly code = "lifecycle/health-port";
  readonly port: number;

  constructor(host: string, port: number, cause: unknown) {
    super(`cannot listen for health checks on "${host}:${port}"`, {
      hint: "set WEIR_HEALTH_PORT to a free port, or to 0 to switch the health server off",
      cause,
    });
    this.port = port;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { port: this.port };
  }
}
