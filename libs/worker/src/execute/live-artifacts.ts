import { LIVE_LIMIT_BYTES } from "@weirflow/contracts";
import type { CollectedArtifact, SavedArtifact } from "../slot/slot-messages.ts";

/** Artifacts of one attempt are shown at most so often; the first of them so long after it was saved. */
export const LIVE_INTERVAL_MS = 1_000;
/** Bytes that the shown artifacts of one attempt may have together: they live in rows. */
export const LIVE_BUDGET_BYTES: number = 4 * LIVE_LIMIT_BYTES;

/** Where artifacts are shown, and by which clock. */
export interface LiveArtifactsOptions {
  readonly show: (artifact: SavedArtifact) => void;
  /** @default performance.now */
  readonly nowMs?: () => number;
}

/**
 * Shows the artifacts of an attempt while it runs: of each key the last one, at most once a second, all together.
 *
 * 1. An attempt that ends within a second shows nothing: its report says the same, and cheaper.
 * 2. A node that keeps the thread is seen as well: saving looks at the clock itself, it does not need the timer.
 * 3. What is larger than 64 KiB, or too much beside what is shown already, waits for the report.
 */
export class LiveArtifacts implements Disposable {
  readonly #options: LiveArtifactsOptions;
  readonly #waiting = new Map<string, SavedArtifact>();
  readonly #sizes = new Map<string, number>();
  #sequence = 0;
  #sinceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: LiveArtifactsOptions) {
    this.#options = options;
  }

  /** Something was saved. */
  saved(artifact: CollectedArtifact): void {
    if (this.#isOver || !this.#fits(artifact)) return;
    this.#sizes.set(artifact.key, artifact.bytes.byteLength);
    this.#sequence += 1;
    this.#waiting.set(artifact.key, { ...artifact, sequence: this.#sequence });
    if (this.#timer === undefined) this.#begin();
    else if (this.#nowMs() - this.#sinceMs >= LIVE_INTERVAL_MS) this.#flush();
  }

  /** What is still waiting is left to the report. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #fits({ key, bytes }: CollectedArtifact): boolean {
    if (bytes.byteLength > LIVE_LIMIT_BYTES) return false;
    let total = bytes.byteLength;
    for (const [other, sizeBytes] of this.#sizes) if (other !== key) total += sizeBytes;
    return total <= LIVE_BUDGET_BYTES;
  }

  #begin(): void {
    this.#sinceMs = this.#nowMs();
    this.#timer = setTimeout(() => this.#flush(), LIVE_INTERVAL_MS);
    this.#timer.unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const artifact of this.#waiting.values()) this.#options.show(artifact);
    this.#waiting.clear();
  }

  #nowMs(): number {
    return (this.#options.nowMs ?? (() => performance.now()))();
  }
}
