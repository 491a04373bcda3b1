import type { NodeExecution } from "@weirflow/contracts";
import type { CheckOutcome, NodeEnd, NodeStart, Plugin } from "@weirflow/dataflow";
import { toErrorRecord } from "@weirflow/errors";
import { type Codecs, summarize } from "@weirflow/values";
import type { StartedNode } from "../slot/slot-messages.ts";
import type { ValueHashes } from "./value-hashes.ts";

/** What the recorder needs to know and to whom it tells. */
export interface NodeRecorderOptions {
  readonly hashes: ValueHashes;
  readonly codecs: Codecs;
  /** Code version of a node; empty when it is not known. */
  readonly codeVersionOf: (node: string) => string;
  readonly tell: (started: readonly StartedNode[], ended: readonly NodeExecution[]) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly nowMs: () => number;
}

/** Nodes that are told of as soon as they start, so that one that never gives the thread back is known. */
const EAGER_NODES = 500;
/** After that, so often at most. */
const INTERVAL_MS = 200;
const MAX_CHECKS = 50;
const MAX_CHECK_CHARS = 1_000;

type Check = NonNullable<NodeExecution["checks"]>[number];

/** Records each execution of a node for lineage: when, how it ended, what it made, under which key. */
export class NodeRecorder {
  readonly plugin: Plugin;
  readonly #options: NodeRecorderOptions;
  readonly #states = new Map<string, NodeExecution>();
  readonly #checks = new Map<string, Check[]>();
  #started: StartedNode[] = [];
  #ended: NodeExecution[] = [];
  #toldMs = 0;
  #count = 0;

  constructor(options: NodeRecorderOptions) {
    this.#options = options;
    this.plugin = {
      name: "weirflow.record",
      onNodeStart: (start) => this.#start(start),
      onNodeEnd: (end) => this.#end(end),
      onCheck: (outcome) => this.#check(outcome),
    };
  }

  /** What became of each node that ended, by name. */
  get nodes(): ReadonlyMap<string, NodeExecution> {
    return this.#states;
  }

  /** Tells what has not been told yet. */
  flush(): void {
    if (this.#started.length + this.#ended.length === 0) return;
    this.#options.tell(this.#started, this.#ended);
    this.#started = [];
    this.#ended = [];
    this.#toldMs = this.#options.nowMs();
  }

  #start({ call, startUs }: NodeStart): void {
    this.#started.push({ node: call.node.name, startUs: Math.round(startUs) });
    this.#count += 1;
    const isDue = this.#options.nowMs() - this.#toldMs >= INTERVAL_MS;
    if (this.#count <= EAGER_NODES || isDue) this.flush();
  }

  #end(end: NodeEnd): void {
    const execution = this.#executionOf(end);
    this.#states.set(execution.node, execution);
    this.#ended.push(execution);
  }

  #executionOf({ call, state, startUs, durationUs, value, error, facts }: NodeEnd): NodeExecution {
    const { hashes, codecs, codeVersionOf } = this.#options;
    const node = call.node.name;
    const { inputs, variant } = call;
    const cacheKey = hashes.keyOf({ node, codeVersion: codeVersionOf(node), variant, inputs });
    const checks = this.#checks.get(node);
    const isMade = state === "succeeded" || state === "cached";
    return {
      node,
      state,
      startUs: Math.round(startUs),
      durationUs: Math.round(durationUs),
      cacheKey,
      ...(isMade
        ? { valueHash: hashes.of(value, cacheKey), summary: summarize(value, codecs) }
        : {}),
      ...(error === undefined ? {} : { error: { ...toErrorRecord(error), node } }),
      ...(checks === undefined ? {} : { checks }),
      ...(facts === undefined ? {} : { facts }),
    };
  }

  #check({ node, name, ok, level, message }: CheckOutcome): void {
    const checks = this.#checks.get(node.name) ?? [];
    if (checks.length >= MAX_CHECKS) return;
    const text = message === undefined ? {} : { message: message.slice(0, MAX_CHECK_CHARS) };
    checks.push({ name: name.slice(0, MAX_CHECK_CHARS), ok, level, ...text });
    this.#checks.set(node.name, checks);
  }
}
