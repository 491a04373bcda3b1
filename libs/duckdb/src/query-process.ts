import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { QueryEndedError } from "./errors.ts";
import type { FoundTables } from "./find-tables.ts";
import type { QueryPlan } from "./options.ts";
import type { FromQuery, RowsPart, ToQuery } from "./query-messages.ts";
import { reviveError } from "./revive-error.ts";
import type { Table } from "./table.ts";

/** A query that runs in a process of its own. */
export interface QueryProcess extends AsyncDisposable {
  /** A table of the result's columns, without rows. */
  readonly empty: Table;
  /** The next rows, at most `maxRows`, fewer only at the end; `undefined` behind it. */
  next(maxRows: number): Promise<RowsPart | undefined>;
}

/**
 * Runs a query in a process of its own, which is ended when it is disposed or the signal is aborted, whatever it does.
 *
 * DuckDB's driver aborts the process if a thread is ended while it waits for the driver, as threads of workers may be at
 * any time; and native code that crashes shall take no task with it.
 *
 * @throws `duckdb/*`; {@link QueryEndedError} `duckdb/ended` when the process ended by itself.
 */
export async function startQuery(
  plan: QueryPlan,
  found: FoundTables,
  signal: AbortSignal,
): Promise<QueryProcess> {
  signal.throwIfAborted();
  await using stack = new AsyncDisposableStack();
  const child = stack.use(new QueryChild(signal));
  const answer = await child.ask({ kind: "run", plan, found });
  const empty = answer.kind === "runs" ? answer.empty : {};
  const owned = stack.move();
  return {
    empty,
    next: async (maxRows) => {
      const part = await child.ask({ kind: "next", maxRows });
      return part.kind === "rows" ? part : undefined;
    },
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

/** The process, as who asks it: one question at a time. */
class QueryChild implements AsyncDisposable {
  readonly #child = startProcess();
  readonly #signal: AbortSignal;
  readonly #exited: Promise<unknown>;
  #waiting: PromiseWithResolvers<FromQuery> | undefined;
  #ended: QueryEndedError | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#exited = once(this.#child, "close");
    this.#exited.catch(() => undefined); // told by the listener of errors
    // only query-main sends on this channel, and it sends FromQuery
    this.#child.on("message", (message) => this.#waiting?.resolve(message as FromQuery));
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.on("exit", (code, by) => this.#end(by ?? `exit code ${code}`));
    signal.addEventListener("abort", this.#abort);
  }

  async ask(question: ToQuery): Promise<FromQuery> {
    this.#signal.throwIfAborted();
    if (this.#ended !== undefined) throw this.#ended;
    this.#waiting = Promise.withResolvers<FromQuery>();
    this.#child.send(question);
    const answer = await this.#waiting.promise;
    if (answer.kind === "failed") throw reviveError(answer.error);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#child.kill("SIGKILL");
    await this.#exited.catch(() => undefined);
  }

  readonly #abort = (): void => {
    this.#waiting?.reject(this.#signal.reason);
    this.#child.kill("SIGKILL");
  };

  #end(why: string): void {
    this.#ended = new QueryEndedError(why);
    this.#waiting?.reject(this.#ended);
  }
}

function startProcess(): ChildProcess {
  const isSource = import.meta.url.endsWith(".ts");
  const main = new URL(`./query-main.${isSource ? "ts" : "js"}`, import.meta.url);
  return fork(fileURLToPath(main), {
    serialization: "advanced",
    execArgv: isSource ? ["--conditions=@weirflow/source"] : [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}
