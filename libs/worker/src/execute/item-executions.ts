import { hash } from "node:crypto";
import type { NodeExecution } from "@weirflow/contracts";

/** One execution of a node for one item. */
export interface ItemExecution {
  readonly execution: NodeExecution;
  /** Indices of the item, those of outer fan-outs first. */
  readonly items: readonly number[];
}

type State = NodeExecution["state"];

/** An execution tells 50 facts at most; two are about the items. */
const MAX_FIRST_FACTS = 48;
/** Hashes are added up modulo this. */
const HASHES = 1n << 256n;

/**
 * Makes one execution out of those of a node for each item, whatever the order in which they end. Of the items nothing is
 * kept but sums, the first one, and the first one that failed.
 */
export class ItemExecutions {
  readonly #isSkipping: boolean;
  readonly #counts = new Map<State, number>();
  #first: ItemExecution | undefined;
  #firstFailed: ItemExecution | undefined;
  #startUs = Infinity;
  #endUs = 0;
  #valueHashes = 0n;
  #cacheKeys = 0n;

  /** @param isSkipping - whether items that fail are left out. */
  constructor(isSkipping: boolean) {
    this.#isSkipping = isSkipping;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(item: ItemExecution): void {
    const { state, startUs, durationUs, valueHash, cacheKey } = item.execution;
    this.#counts.set(state, this.#count(state) + 1);
    this.#first = earlier(this.#first, item);
    if (state === "failed") this.#firstFailed = earlier(this.#firstFailed, item);
    this.#startUs = Math.min(this.#startUs, startUs);
    this.#endUs = Math.max(this.#endUs, startUs + durationUs);
    this.#valueHashes = plus(this.#valueHashes, item.items, valueHash);
    this.#cacheKeys = plus(this.#cacheKeys, item.items, cacheKey);
  }

  /** All of them as one, for `node`. Its facts tell of how many items it is, and what the first one told. */
  executionOf(node: string): NodeExecution {
    const state = this.#state;
    const failedItems = this.#count("failed");
    const { error } = this.#firstFailed?.execution ?? {};
    const told = Object.entries(this.#first?.execution.facts ?? {}).slice(0, MAX_FIRST_FACTS);
    const items = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    return {
      node,
      state,
      startUs: this.#startUs,
      durationUs: this.#endUs - this.#startUs,
      cacheKey: hexOf(this.#cacheKeys),
      ...(isMade(state) ? { valueHash: hexOf(this.#valueHashes) } : {}),
      ...(isMade(state) || error === undefined ? {} : { error }),
      facts: {
        ...Object.fromEntries(told),
        items,
        ...(failedItems === 0 ? {} : { failedItems }),
      },
    };
  }

  /** The worst of the items; of those that are left out, nothing unless none remains. */
  get #state(): State {
    const made = this.#count("succeeded") + this.#count("cached");
    const isForgiven = this.#isSkipping && made > 0;
    if (this.#count("failed") > 0 && !isForgiven) return "failed";
    if (this.#count("cancelled") > 0) return "cancelled";
    if (this.#count("skipped") > 0 && !isForgiven) return "skipped";
    return this.#count("succeeded") > 0 ? "succeeded" : "cached";
  }

  #count(state: State): number {
    return this.#counts.get(state) ?? 0;
  }
}

function isMade(state: State): boolean {
  return state === "succeeded" || state === "cached";
}

function earlier(known: ItemExecution | undefined, item: ItemExecution): ItemExecution {
  return known === undefined || isBefore(item.items, known.items) ? item : known;
}

function isBefore(left: readonly number[], right: readonly number[]): boolean {
  const at = left.findIndex((index, depth) => index !== right[depth]);
  return (left[at] ?? 0) < (right[at] ?? 0);
}

/** Adding is what makes the order of ends irrelevant; the indices are what makes that of items matter. */
function plus(sum: bigint, items: readonly number[], hashed: string | undefined): bigint {
  if (hashed === undefined) return sum;
  return (sum + BigInt(`0x${hash("sha256", `${items.join(".")}:${hashed}`, "hex")}`)) % HASHES;
}

function hexOf(sum: bigint): string {
  return sum.toString(16).padStart(64, "0");
}
