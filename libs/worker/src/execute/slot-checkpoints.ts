import type { Checkpoint } from "@weirflow/dataflow";
import { CheckpointUnavailableError } from "../errors.ts";
import { type CheckpointAnswer, type FromSlot, type Job, jobKey } from "../slot/slot-messages.ts";

/** The slot's side of checkpoints: asks the worker's main thread, which has the value store. */
export class SlotCheckpoints {
  readonly #job: string;
  readonly #send: (message: FromSlot) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array | undefined>>();
  #lastId = 0;

  constructor(job: Pick<Job, "taskRunId" | "attempt">, send: (message: FromSlot) => void) {
    this.#job = jobKey(job);
    this.#send = send;
  }

  /** The checkpoint of one node. */
  of(node: string): Checkpoint {
    return {
      load: async () => await this.#ask({ node, action: "load" }),
      save: async (bytes) => void (await this.#ask({ node, action: "save", bytes })),
    };
  }

  /** Takes the answer to what a node asked. */
  hear({ job, id, bytes, error }: CheckpointAnswer): void {
    if (job !== this.#job) return; // an earlier job asked
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(bytes);
    else waiting?.reject(new CheckpointUnavailableError(error.message));
  }

  async #ask(request: {
    readonly node: string;
    readonly action: "load" | "save";
    readonly bytes?: Uint8Array;
  }): Promise<Uint8Array | undefined> {
    this.#lastId += 1;
    const waiting = Promise.withResolvers<Uint8Array | undefined>();
    this.#waiting.set(this.#lastId, waiting);
    this.#send({ kind: "checkpoint", job: this.#job, id: this.#lastId, ...request });
    return await waiting.promise;
  }
}
