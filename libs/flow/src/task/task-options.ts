import type { Ref } from "../reference/ref.ts";
import type { Duration } from "./duration.ts";

/**
 * How often a failed attempt is followed by another, and after which pauses.
 *
 * A number: so many, 1 s apart. A list: one after each of these pauses. Crashes have a budget of their own.
 */
export type Retries =
  | number
  | readonly Duration[]
  | { readonly limit: number; readonly delay: Duration };

/** How a task runs. */
export interface TaskOptions {
  /** The group of workers that runs it. @default "cpu" */
  readonly pool?: string;
  /** @default 0 */
  readonly retries?: Retries;
  /** An attempt that runs longer is ended. @default without limit */
  readonly timeout?: Duration;
  /**
   * An attempt that holds more memory is ended and fails; the ceiling of its worker counts too.
   *
   * @default the worker's alone
   */
  readonly memoryBytes?: number;
  /** Whether a run may take the outputs of an earlier run with the same code and inputs. @default false */
  readonly cache?: boolean;
  /** Tags whose limits the task counts against while it runs. */
  readonly concurrency?: readonly string[];
}

/** How one call of a task runs: what is named here counts instead of the task's own. */
export interface CallOptions extends TaskOptions {
  /** The name of this call, when a flow calls a task more than once. @default the task's, numbered */
  readonly as?: string;
  /** Waits for the tasks that make these, although it takes nothing from them. */
  readonly after?: readonly Ref<unknown, "task">[];
}
