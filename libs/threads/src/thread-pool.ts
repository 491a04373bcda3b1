import { MessageChannel } from "node:worker_threads";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { NodeContext, ThreadCall, ThreadRunner } from "@weirflow/dataflow";
import { assertNever } from "@weirflow/errors";
import { Piscina } from "piscina";
import {
  NoThreadExportError,
  ThreadEndedError,
  ThreadNodeError,
  UncopiableValueError,
} from "./errors.ts";
import { ALL_SAID, type Said, type ThreadAnswer, type ThreadJob } from "./messages.ts";

/** How a pool is made. */
export interface ThreadPoolOptions {
  /** Threads at most; further calls wait for one. @default what the machine runs at once, less one for the run itself */
  readonly threads?: number;
  /** Milliseconds after which a thread without work ends. @default 10_000 */
  readonly idleMs?: number;
  /** MiB of heap for each thread; one that needs more ends with `threads/ended`. @default that of Node */
  readonly heapMiB?: number;
}

/** Threads that run functions of nodes. */
export interface ThreadPool extends ThreadRunner, AsyncDisposable {}

/**
 * A pool of worker threads for nodes with the option `thread`.
 *
 * What a function takes and gives is copied by the structured clone algorithm; a `SharedArrayBuffer` is shared. `log`,
 * `progress`, `artifact` and `record` of the context reach the run; its `checkpoint` does not. When the run is cancelled,
 * or a node takes longer than its `timeoutMs`, the thread is ended, whatever it does.
 *
 * @throws in a run: {@link NoThreadExportError} `threads/no-export`, {@link UncopiableValueError} `threads/uncopiable`,
 * {@link ThreadEndedError} `threads/ended`, {@link ThreadNodeError} with the code of what the function threw.
 * @example
 * await using threads = threadPool({ threads: 4 });
 * await plan.run(inputs, { threads });
 */
export function threadPool({
  threads = Math.max(1, availableParallelism() - 1),
  idleMs = 10_000,
  heapMiB,
}: ThreadPoolOptions = {}): ThreadPool {
  const isSource = import.meta.url.endsWith(".ts");
  const main = new URL(`./thread-main.${isSource ? "ts" : "js"}`, import.meta.url);
  const pool = new Piscina({
    filename: fileURLToPath(main),
    name: "runJob",
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idleMs,
    ...(isSource ? { execArgv: ["--conditions=@weirflow/source"] } : {}),
    ...(heapMiB === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMiB } }),
  });
  return {
    run: async (call) => await runIn(pool, call),
    [Symbol.asyncDispose]: async () => await pool.destroy(),
  };
}

async function runIn(pool: Piscina, { module, fn, deps, context }: ThreadCall): Promise<unknown> {
  const name = await exportOf(module, fn);
  const { port1, port2 } = new MessageChannel();
  const allSaid = Promise.withResolvers<void>();
  port1.on("message", (said: Said | typeof ALL_SAID) => {
    if (said === ALL_SAID) allSaid.resolve();
    else tell(context, said);
  });
  const job: ThreadJob = { module, name, deps, attempt: context.attempt, port: port2 };
  try {
    const answer = (await pool.run(job, {
      signal: context.signal,
      transferList: [port2],
    })) as ThreadAnswer;
    await allSaid.promise; // the answer comes on a way of its own, and may be faster
    return valueOf(answer, module);
  } catch (error) {
    throw context.signal.aborted ? context.signal.reason : translated(error);
  } finally {
    port1.close();
  }
}

/** The name by which a module exports a function: the same one, so that the thread runs what the node says. */
async function exportOf(module: string, fn: ThreadCall["fn"]): Promise<string> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(module)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new NoThreadExportError(module, error);
  }
  const found = Object.entries(exported).find(([, value]) => value === fn);
  if (found === undefined) throw new NoThreadExportError(module);
  return found[0];
}

function tell(context: NodeContext, { method, args }: Said): void {
  // the thread called the same method with the same arguments
  (context[method] as (...given: readonly unknown[]) => void)(...args);
}

function valueOf(answer: ThreadAnswer, module: string): unknown {
  switch (answer.kind) {
    case "made":
      return answer.value;
    case "thrown":
      throw new ThreadNodeError(answer.error);
    case "no-export":
      throw new NoThreadExportError(module);
    default:
      return assertNever(answer);
  }
}

function translated(error: unknown): unknown {
  if (error instanceof ThreadNodeError || error instanceof NoThreadExportError) return error;
  if (isCloneError(error)) return new UncopiableValueError(error);
  return new ThreadEndedError(error);
}

/** By what its stack says: of one that comes from a thread, nothing else is left. */
function isCloneError(error: unknown): boolean {
  const stack = typeof error === "object" && error !== null && "stack" in error ? error.stack : "";
  return /^DataCloneError|could not be cloned/u.test(`${String(stack)} ${String(error)}`);
}
