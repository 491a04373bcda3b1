import { type ShowAnswer, showAnswerSchema, type ShowRequest, subjects } from "@weirflow/contracts";
import { sleep } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import type { SavedArtifact } from "../slot/slot-messages.ts";
import type { WorkerBus } from "../worker-bus.ts";

/** Whose artifacts are sent, and how. */
export interface LiveArtifactSenderOptions {
  readonly bus: Pick<WorkerBus, "request">;
  readonly logger: Logger;
  readonly attempt: Pick<ShowRequest, "taskRunId" | "claimId">;
  readonly requestTimeoutMs: number;
  /** Called when somebody who looks would see something new. */
  readonly onShown: () => void;
  /** Pause after a request that nobody answered, milliseconds. @default 2_000 */
  readonly retryMs?: number;
}

/**
 * Asks a scheduler to show the artifacts of a running attempt.
 *
 * 1. One request is under way at a time; of what waits meanwhile, the last one of each key is sent.
 * 2. Nothing waits for it, and nothing fails by it: the report carries every artifact again.
 * 3. The answer `stale` ends it.
 */
export class LiveArtifactSender implements Disposable {
  readonly #options: LiveArtifactSenderOptions;
  readonly #waiting = new Map<string, SavedArtifact>();
  readonly #over = new AbortController();
  readonly #draining = new AbortController();
  #work: Promise<void> | undefined;

  constructor(options: LiveArtifactSenderOptions) {
    this.#options = options;
  }

  /** Shows an artifact soon. */
  show(artifact: SavedArtifact): void {
    if (this.#over.signal.aborted) return;
    this.#waiting.set(artifact.key, artifact);
    this.#work ??= this.#sendAll();
  }

  /** Sends what waits, unless nobody answers: for an attempt whose own report will name no artifacts. */
  async drain(): Promise<void> {
    this.#draining.abort("the attempt is over");
    await this.#work;
  }

  /** Sends nothing more. */
  [Symbol.dispose](): void {
    this.#over.abort("the attempt is over");
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting.values();
      if (next === undefined || this.#over.signal.aborted) break;
      this.#waiting.delete(next.key);
      await this.#send(next);
    }
    this.#waiting.clear();
    this.#work = undefined;
  }

  /** Never rejects. */
  async #send(artifact: SavedArtifact): Promise<void> {
    try {
      this.#hear(await this.#ask(artifact));
    } catch (error) {
      if (this.#over.signal.aborted) return;
      this.#options.logger.debug("worker.show-unanswered", { key: artifact.key, error });
      await this.#retryLater(artifact);
    }
  }

  async #ask({ bytes, ...artifact }: SavedArtifact): Promise<ShowAnswer> {
    const { bus, attempt, requestTimeoutMs: timeoutMs } = this.#options;
    const { taskRunId, claimId } = attempt;
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    const request: ShowRequest = { v: 1, taskRunId, claimId, artifact: { ...artifact, body } };
    const { signal } = this.#over;
    return await bus.request(subjects.show, request, showAnswerSchema, { timeoutMs, signal });
  }

  #hear(answer: ShowAnswer): void {
    const { logger, onShown } = this.#options;
    if (answer.verdict === "shown") onShown();
    else if (answer.verdict === "stale") this.#over.abort(answer.reason);
    else logger.warn("worker.show-invalid", { error: answer.error });
  }

  async #retryLater(artifact: SavedArtifact): Promise<void> {
    if (this.#draining.signal.aborted) return this.#waiting.clear();
    if (!this.#waiting.has(artifact.key)) this.#waiting.set(artifact.key, artifact);
    const either = AbortSignal.any([this.#over.signal, this.#draining.signal]);
    // woken early, it tries once more or ends
    await sleep(this.#options.retryMs ?? 2_000, either).catch(() => undefined);
  }
}
