import type { TaskCrashedError } from "../errors.ts";
import type { FromSlot } from "./slot-messages.ts";
import type { SlotListener } from "./task-slot.ts";

/**
 * The worker's end of the line to a slot: who hears it now, and how it ended.
 *
 * 1. A slot ends once, whatever is said of it later.
 * 2. Whoever listens hears of the end, also when it came before.
 * 3. Nothing holds on to a listener that was replaced, so what a job made goes with it.
 */
export class SlotLine {
  readonly #ended = Promise.withResolvers<TaskCrashedError>();
  #listener: SlotListener | undefined;
  #crash: TaskCrashedError | undefined;

  get isOpen(): boolean {
    return this.#crash === undefined;
  }

  /** Resolves at the end, with its reason. For who stays as long as the slot does; a job listens. */
  get ended(): Promise<TaskCrashedError> {
    return this.#ended.promise;
  }

  listen(listener: SlotListener): void {
    this.#listener = listener;
    if (this.#crash !== undefined) listener.onEnd?.(this.#crash);
  }

  hear(message: FromSlot): void {
    this.#listener?.onMessage(message);
  }

  hearLine(stream: "stdout" | "stderr", line: string): void {
    this.#listener?.onOutput(stream, line);
  }

  end(crash: TaskCrashedError): void {
    if (this.#crash !== undefined) return;
    this.#crash = crash;
    this.#ended.resolve(crash);
    this.#listener?.onEnd?.(crash);
  }
}
