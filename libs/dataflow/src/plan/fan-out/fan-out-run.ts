import { AsyncNodeError, NodeError, RunCancelledError } from "../../errors.ts";
import { isThenable, type Later } from "../promises.ts";
import { FailedValue } from "../settled.ts";
import type { FanOut, GatheredLists } from "./fan-out.ts";
import type { Gate } from "./gate.ts";
import { closeIterator, type ItemIterator } from "./item-source.ts";

/** What its program's outputs are for one item. */
export type ItemResults = readonly unknown[];

/** What a fan-out runs with. */
export interface FanOutParts {
  readonly fanOut: FanOut;
  readonly iterator: ItemIterator;
  /** Items that are worked on at once, from 1. */
  readonly concurrency: number;
  /** Bounds what is pending in the whole run. */
  readonly gate: Gate;
  /** Aborted when the run is cancelled, or something else in it has failed. */
  readonly signal: AbortSignal;
  readonly runItem: (index: number, item: unknown) => Later<ItemResults>;
  /** An error of the iterator itself, as it is told. */
  readonly sourceError: (thrown: unknown) => Error;
  /** Failures that items only took over: no reason to leave an item out. */
  readonly fromOutside: ReadonlySet<unknown>;
  /** Hears of an item that is left out. */
  readonly onSkip: (index: number, error: NodeError) => void;
}

/**
 * Runs a program for each item, and gathers what it makes, in the order of the items.
 *
 * I1. An item is taken when there is room for it, and at most `concurrency` are worked on.
 * I2. It waits for nothing while nothing returns a promise.
 * I3. After a failure no item is taken, and it ends when those that were worked on have ended, with the first failure.
 */
export class FanOutRun {
  readonly #parts: FanOutParts;
  /** By index; `undefined` for an item that is left out. */
  readonly #results: (ItemResults | undefined)[] = [];
  #taken = 0;
  #pending = 0;
  #isPulling = false;
  #isExhausted = false;
  #failure: Error | undefined;
  #waiting: PromiseWithResolvers<GatheredLists> | undefined;

  constructor(parts: FanOutParts) {
    this.#parts = parts;
  }

  /** The lists, at once or later. */
  run(): Later<GatheredLists> {
    this.#pump();
    if (!this.#isOver) {
      this.#waiting = Promise.withResolvers();
      this.#parts.signal.addEventListener("abort", this.#pump, { once: true });
      return this.#waiting.promise;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#gathered();
  }

  get #isOver(): boolean {
    if (this.#pending > 0) return false;
    return this.#failure !== undefined || (this.#isExhausted && !this.#isPulling);
  }

  get #hasRoom(): boolean {
    if (this.#failure !== undefined || this.#isExhausted || this.#isPulling) return false;
    return this.#pending < this.#parts.concurrency;
  }

  readonly #pump = (): void => {
    const { gate, signal } = this.#parts;
    while (this.#hasRoom || (signal.aborted && this.#failure === undefined)) {
      if (signal.aborted) this.#fail(new RunCancelledError(this.#parts.fanOut.each, signal.reason));
      else if (gate.isOpen) this.#pull();
      else {
        gate.whenOpen(this.#pump);
        return;
      }
    }
    if (this.#isOver) this.#end();
  };

  #end(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#parts.signal.removeEventListener("abort", this.#pump);
    if (this.#failure === undefined) waiting?.resolve(this.#gathered());
    else waiting?.reject(this.#failure);
  }

  #pull(): void {
    try {
      const next = this.#parts.iterator.next();
      if (isThenable(next)) this.#waitForNext(next);
      else this.#take(next);
    } catch (thrown) {
      this.#isExhausted = true; // an iterator that threw is closed
      this.#fail(this.#parts.sourceError(thrown));
    }
  }

  #waitForNext(next: PromiseLike<IteratorResult<unknown>>): void {
    this.#isPulling = true;
    next.then(
      (result) => {
        this.#isPulling = false;
        if (this.#failure === undefined) this.#take(result);
        this.#pump();
      },
      (thrown: unknown) => {
        this.#isPulling = false;
        this.#isExhausted = true;
        this.#fail(this.#parts.sourceError(thrown));
        this.#pump();
      },
    );
  }

  #take(next: IteratorResult<unknown>): void {
    if (next.done === true) this.#isExhausted = true;
    else this.#start(this.#taken++, next.value);
  }

  #start(index: number, item: unknown): void {
    try {
      const made = this.#parts.runItem(index, item);
      if (isThenable(made)) this.#wait(index, made);
      else this.#keep(index, made);
    } catch (thrown) {
      this.#failItem(index, thrown);
    }
  }

  #wait(index: number, made: PromiseLike<ItemResults>): void {
    this.#pending++;
    made.then(
      (results) => {
        this.#pending--;
        this.#keep(index, results);
        this.#pump();
      },
      (thrown: unknown) => {
        this.#pending--;
        this.#failItem(index, thrown);
        this.#pump();
      },
    );
  }

  #keep(index: number, results: ItemResults): void {
    const { fanOut, fromOutside } = this.#parts;
    if (fanOut.options.onError === "skip")
      for (const value of results)
        if (value instanceof FailedValue && !fromOutside.has(value)) {
          this.#skip(index, value.error);
          return;
        }
    this.#results[index] = results;
  }

  #failItem(index: number, thrown: unknown): void {
    const { fanOut, signal } = this.#parts;
    const maySkip = fanOut.options.onError === "skip" && !signal.aborted;
    if (maySkip && isOwn(thrown)) this.#skip(index, thrown);
    else this.#fail(thrown as Error); // a program throws errors of its own
  }

  #skip(index: number, error: NodeError): void {
    this.#results[index] = undefined;
    this.#parts.onSkip(index, error);
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    if (!this.#isExhausted) closeIterator(this.#parts.iterator);
  }

  #gathered(): GatheredLists {
    const { outputs } = this.#parts.fanOut.program;
    const kept = this.#results.filter((results) => results !== undefined);
    return Object.fromEntries(outputs.map(({ name }, at) => [name, listOf(kept, at)]));
  }
}

/** Whether an item failed by itself, not by the way in which it is run. */
function isOwn(thrown: unknown): thrown is NodeError {
  return thrown instanceof NodeError && !(thrown.cause instanceof AsyncNodeError);
}

/** One output of every item; a failure among them stands for the list. */
function listOf(kept: readonly ItemResults[], at: number): unknown {
  const list: unknown[] = [];
  for (const results of kept) {
    const value = results[at];
    if (value instanceof FailedValue) return value;
    list.push(value);
  }
  return list;
}
