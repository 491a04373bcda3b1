import type { NodeExecution } from "@weirflow/contracts";
import type { ErrorRecord } from "@weirflow/errors";
import type { FromSlot, RecordedInput } from "../slot/slot-messages.ts";

/** Names of running nodes that a progress message may hold. */
const MAX_RUNNING = 5;
const MAX_TEXT_CHARS = 500;

/** How far an attempt has come, for people. */
export interface AttemptProgress {
  readonly nodesDone: number;
  readonly nodesTotal: number;
  readonly running: string[];
  readonly text?: string;
}

/**
 * What the main thread has heard of a running graph.
 *
 * The slot tells of nodes while they run, so this much survives a slot that is killed or dies.
 */
export class AttemptRecord {
  readonly #running = new Map<string, number>();
  readonly #nodes: NodeExecution[] = [];
  #inputs: readonly RecordedInput[] = [];
  #nodesTotal = 0;
  #text: string | undefined;

  /** Nodes that have ended, in the order in which they did. */
  get nodes(): readonly NodeExecution[] {
    return this.#nodes;
  }

  /** Inputs of the graph; empty until it began. */
  get inputs(): readonly RecordedInput[] {
    return this.#inputs;
  }

  /** Takes in a message of the slot; `true` if the progress changed. */
  hear(message: FromSlot): boolean {
    switch (message.kind) {
      case "begun":
        this.#inputs = message.inputs;
        this.#nodesTotal = message.nodesTotal;
        return true;
      case "nodes":
        for (const { node, startUs } of message.started) this.#running.set(node, startUs);
        for (const ended of message.ended) {
          this.#running.delete(ended.node);
          this.#nodes.push(ended);
        }
        return true;
      case "progress":
        this.#text = message.text.slice(0, MAX_TEXT_CHARS);
        return true;
      default:
        return false;
    }
  }

  /** How far the graph is now. */
  progress(): AttemptProgress {
    return {
      nodesDone: this.#nodes.length,
      nodesTotal: Math.max(this.#nodesTotal, this.#nodes.length),
      running: [...this.#running.keys()].slice(0, MAX_RUNNING),
      ...(this.#text === undefined ? {} : { text: this.#text }),
    };
  }

  /** Ends the nodes that still ran when their slot was ended: nobody else will. */
  endRunning(endUs: number, state: "cancelled" | "failed", error: ErrorRecord): void {
    for (const [node, startUs] of this.#running) {
      const durationUs = Math.max(0, Math.round(endUs - startUs));
      this.#nodes.push({
        node,
        state,
        startUs,
        durationUs,
        ...(state === "failed" ? { error } : {}),
      });
    }
    this.#running.clear();
  }
}
