import type { TaskSlot } from "./task-slot.ts";

/** Pause between two looks. */
const LOOK_MS = 100;
/** Looks above the ceiling in a row that end a slot: until then it may be garbage, which JavaScript collects late. */
const LOOKS_ABOVE = 5;
/** Above this multiple of the ceiling, one look is enough. */
const FAR_ABOVE = 1.25;

/** A slot whose memory is watched, until it is disposed. */
export interface MemoryWatch extends Disposable {
  /** What the slot held at the last look; `undefined` before the first answer. */
  readonly usedBytes: number | undefined;
  /** Whether the slot was ended because of what it held. */
  readonly hasEnded: boolean;
}

/** How a slot is watched. */
export interface MemoryWatchOptions {
  /** What the slot may hold; `undefined` watches nothing. */
  readonly limitBytes: number | undefined;
  /** @default 100 */
  readonly lookMs?: number;
}

/**
 * Ends a slot that holds more memory than it may, though its code is busy.
 *
 * It looks ten times a second, so what is taken and given back between two looks is not seen; the next look is taken once
 * the last one is answered.
 */
export function watchMemory(
  slot: Pick<TaskSlot, "usedBytes" | "kill">,
  { limitBytes, lookMs = LOOK_MS }: MemoryWatchOptions,
): MemoryWatch {
  const gauge = new MemoryGauge(limitBytes ?? Infinity);
  let usedBytes: number | undefined;
  let hasEnded = false;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const answer = await slot.usedBytes();
    if (isOver) return;
    usedBytes = answer ?? usedBytes;
    hasEnded = answer !== undefined && gauge.isTooMuch(answer);
    if (hasEnded) slot.kill();
    else again();
  };
  const again = (): void => {
    timer = setTimeout(() => void look(), lookMs);
  };
  if (limitBytes !== undefined) again();
  return {
    get usedBytes() {
      return usedBytes;
    },
    get hasEnded() {
      return hasEnded;
    },
    [Symbol.dispose]: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** Tells memory that stays from garbage that is about to be collected. @internal */
export class MemoryGauge {
  readonly #limitBytes: number;
  #above = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Takes in what the next look saw; `true` when it is time to end the slot. */
  isTooMuch(usedBytes: number): boolean {
    this.#above = usedBytes > this.#limitBytes ? this.#above + 1 : 0;
    return this.#above >= LOOKS_ABOVE || usedBytes > this.#limitBytes * FAR_ABOVE;
  }
}
