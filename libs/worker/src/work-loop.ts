import { workConsumer } from "@weirflow/contracts";
import { BackgroundLoop, type TaskPool } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import type { HintMessage } from "./worker-bus.ts";

/** From where hints are pulled, and who takes them. */
export interface WorkLoopOptions {
  readonly bus: {
    pull(options: {
      readonly stream: string;
      readonly consumer: string;
      readonly batch: number;
      readonly expiresMs: number;
      readonly signal: AbortSignal;
    }): Promise<readonly HintMessage[]>;
  };
  readonly logger: Logger;
  readonly pool: string;
  readonly tasks: TaskPool;
  readonly handle: (hint: HintMessage, signal: AbortSignal) => Promise<void>;
}

/** One pull waits so long for a hint. */
const EXPIRES_MS = 5_000;
/** Pause after a pull that failed: the stream may be gone until the scheduler has made it again. */
const PAUSE_MS = 500;

/** Pulls hints for as long as it lives, one at a time and only while a slot is free. Disposing stops pulling, not what runs. */
export function startWorkLoop(options: WorkLoopOptions): AsyncDisposable {
  const { bus, logger, pool, tasks, handle } = options;
  return new BackgroundLoop({
    step: async (signal) => {
      await tasks.whenFree(signal);
      const hints = await bus.pull({
        stream: "WORK",
        consumer: workConsumer(pool),
        batch: 1, // a larger batch would hold the first hint back until the batch is full or the pull is over
        expiresMs: EXPIRES_MS,
        signal,
      });
      for (const hint of hints) tasks.run(async (drained) => await handle(hint, drained));
      return 0;
    },
    onError: (error) => logger.warn("worker.pull-failed", { error }),
    errorDelayMs: PAUSE_MS,
  });
}
