import type { DeadLetter } from "@weirflow/contracts";
import { saveDeadLetter, type Store } from "@weirflow/store";
import type { Counter, Logger } from "@weirflow/telemetry";

/** What keeping messages that can never be handled needs. */
export interface DeadLetterDeps {
  readonly store: Store;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly count: Counter;
}

/** A message as it arrived. */
export interface DeadMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** The payload is cut here. */
const MAX_PAYLOAD_BYTES = 65_536;
const MAX_REASON_CHARS = 4_000;
/** Letters being written beside the answers at most; beyond, the log line alone remains. */
const MAX_PENDING = 100;

/** Keeps messages that can never be handled, with the reason, for a person to look at. */
export class DeadLetters implements AsyncDisposable {
  readonly #deps: DeadLetterDeps;
  readonly #pending = new Set<Promise<void>>();

  constructor(deps: DeadLetterDeps) {
    this.#deps = deps;
  }

  /** @throws DatabaseUnavailableError `db/unavailable`. */
  async keep(message: DeadMessage, reason: string): Promise<void> {
    await this.save(letterOf(message, reason));
  }

  /** Keeps a letter that someone else wrote. @throws DatabaseUnavailableError `db/unavailable`. */
  async save(letter: DeadLetter): Promise<void> {
    const { store, logger, signal, count } = this.#deps;
    logger.warn("scheduler.dead-letter", { subject: letter.subject, reason: letter.reason });
    count.add();
    await saveDeadLetter(store, letter, signal);
  }

  /** Keeps a message if that is possible just now, without anyone waiting for it. */
  note(message: DeadMessage, reason: string): void {
    if (this.#pending.size >= MAX_PENDING) return;
    const saving = this.keep(message, reason)
      .catch((error: unknown) => this.#deps.logger.error("scheduler.dead-letter-lost", { error }))
      .finally(() => this.#pending.delete(saving));
    this.#pending.add(saving);
  }

  /** Waits for what is being written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#pending);
  }
}

/** A message and a reason as a letter, cut to its limits; without NUL, which Postgres cannot store. */
export function letterOf({ subject, data, headers }: DeadMessage, reason: string): DeadLetter {
  const plain = (text: string): string => text.replaceAll("\0", "");
  return {
    v: 1,
    subject: plain(subject),
    reason: plain(reason).slice(0, MAX_REASON_CHARS),
    payload: Buffer.from(data).subarray(0, MAX_PAYLOAD_BYTES).toString("base64"),
    headers: Object.fromEntries(
      Object.entries(headers).map(([key, value]) => [plain(key), plain(value)]),
    ),
  };
}
