import { unlessAborted } from "@weirflow/lifecycle";
import { SlotStartError } from "../errors.ts";
import { startProcessSlot } from "./process-slot.ts";
import type { SlotOptions, TaskSlot } from "./task-slot.ts";
import { startThreadSlot } from "./thread-slot.ts";

/**
 * Slots for jobs: started when they are needed, used again, replaced when they end.
 *
 * 1. A slot is lent to one job at a time.
 * 2. A slot that ended, or came back tainted, is never lent again.
 * 3. After disposal no slot of this pool runs.
 */
export class SlotPool implements AsyncDisposable {
  readonly #options: SlotOptions;
  readonly #idle: TaskSlot[] = [];
  readonly #all = new Set<TaskSlot>();

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /**
   * Lends a slot that is up.
   *
   * @throws SlotStartError `worker/slot-start`, safe to retry.
   */
  async borrow(signal: AbortSignal): Promise<TaskSlot> {
    for (let slot = this.#idle.pop(); slot !== undefined; slot = this.#idle.pop())
      if (slot.isAlive) return slot;
    const slot = this.#start();
    try {
      await unlessAborted(isUp(slot), signal);
      return slot;
    } catch (error) {
      slot.kill();
      throw error;
    }
  }

  /** Takes a slot back; it is lent again if it is alive. */
  giveBack(slot: TaskSlot): void {
    slot.listen(deaf);
    if (slot.isAlive && this.#all.has(slot)) this.#idle.push(slot);
  }

  /** Ends every slot, also those that are lent. */
  async [Symbol.asyncDispose](): Promise<void> {
    const slots = [...this.#all];
    for (const slot of slots) slot.kill();
    await Promise.all(slots.map(async (slot) => await slot.ended));
  }

  #start(): TaskSlot {
    const slot =
      this.#options.kind === "thread"
        ? startThreadSlot(this.#options)
        : startProcessSlot(this.#options);
    this.#all.add(slot);
    void slot.ended.then(() => this.#all.delete(slot));
    return slot;
  }
}

const deaf = { onMessage: () => undefined, onOutput: () => undefined };

/** What a slot wrote before it failed to come up is the best reason that there is. */
async function isUp(slot: TaskSlot): Promise<void> {
  const up = Promise.withResolvers<void>();
  const output: string[] = [];
  slot.listen({
    onMessage: (message) => message.kind === "up" && up.resolve(),
    onOutput: (_stream, line) => output.push(line),
  });
  void slot.ended.then((crash) => {
    const detail = [crash.message, ...output.slice(-10)].join("\n");
    up.reject(new SlotStartError(detail, crash));
  });
  await up.promise;
}
