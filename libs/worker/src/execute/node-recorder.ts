import type { NodeExecution } from "@weirflow/contracts";
import type { CheckOutcome, NodeCall, NodeEnd, NodeStart, Plugin } from "@weirflow/dataflow";
import { toErrorRecord } from "@weirflow/errors";
import { type Codecs, summarize } from "@weirflow/values";
import type { StartedNode } from "../slot/slot-messages.ts";
import { ItemExecutions } from "./item-executions.ts";
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

/**
 * Records each execution of a node for lineage: when, how it ended, what it made, under which key. A node that runs for
 * each item of another has one execution for all of them.
 */
export class NodeRecorder {
  readonly plugin: Plugin;
  readonly #options: NodeRecorderOptions;
  readonly #states = new Map<string, NodeExecution>();
  readonly #checks = new Map<string, Check[]>();
  readonly #items = new Map<string, ItemExecutions>();
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

  /** The run is over: tells what has not been told yet, and what became of the nodes that ran for items. */
  end(): void {
    for (const [node, items] of this.#items) {
      if (items.isEmpty) continue; // no execution has ended
      const checks = this.#checks.get(node);
      this.#add({ ...items.executionOf(node), ...(checks === undefined ? {} : { checks }) });
    }
    this.#items.clear();
    this.#flush();
  }

  #flush(): void {
    if (this.#started.length + this.#ended.length === 0) return;
    this.#options.tell(this.#started, this.#ended);
    this.#started = [];
    this.#ended = [];
    this.#toldMs = this.#options.nowMs();
  }

  #start({ call, startUs }: NodeStart): void {
    if (call.items !== undefined) {
      if (this.#items.has(call.node.name)) return;
      this.#itemsOf(call);
    }
    this.#started.push({ node: call.node.name, startUs: Math.round(startUs) });
    this.#count += 1;
    const isDue = this.#options.nowMs() - this.#toldMs >= INTERVAL_MS;
    if (this.#count <= EAGER_NODES || isDue) this.#flush();
  }

  #end(end: NodeEnd): void {
    const execution = this.#executionOf(end);
    const { items } = end.call;
    if (items === undefined) this.#add(execution);
    else this.#itemsOf(end.call).add({ execution, items });
  }

  #itemsOf({ node, run }: NodeCall): ItemExecutions {
    const known = this.#items.get(node.name);
    if (known !== undefined) return known;
    const isSkipping = run.nodes.some(
      ({ name, each }) => each?.onError === "skip" && node.scope?.includes(name) === true,
    );
    const made = new ItemExecutions(isSkipping);
    this.#items.set(node.name, made);
    return made;
  }

  #add(execution: NodeExecution): void {
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
