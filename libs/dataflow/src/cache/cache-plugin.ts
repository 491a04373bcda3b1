import type { GraphNode } from "../graph/graph-node.ts";
import { hashValue } from "../hash/hash-value.ts";
import type { CacheBehaviour, CacheOptions, NodeOptions } from "../modifier/node.ts";
import type { NodeCall, Plugin } from "../plan/plugin.ts";
import { andThen, isThenable, type Later } from "../plan/promises.ts";
import { type CacheDecision, decision, missDecision } from "./cache-decision.ts";
import { nodeCacheKey } from "./cache-key.ts";
import type { CacheEntry, CacheFacts, CacheStore } from "./cache-store.ts";
import { ValueIds } from "./value-ids.ts";

/** How values are cached. */
export interface CachePluginOptions {
  readonly store: CacheStore;
  /** The version of a node's code; a node without one is never cached. See `codeVersions` and `byExport`. */
  readonly codeVersionOf: (node: GraphNode) => string | undefined;
  /** The clock, milliseconds since 1970; for `ttlMs`. */
  readonly nowMs: () => number;
  /** The content hash of a value; throws for a value without one. @default hashValue */
  readonly hash?: (value: unknown) => string;
  /** What nodes do that say nothing themselves. @default "default" */
  readonly behaviour?: CacheBehaviour;
  /** Hears what was decided for each node. */
  readonly onDecision?: (decision: CacheDecision) => void;
}

/** A plugin that reuses values, and says why it did or did not. */
export interface CachePlugin extends Plugin {
  /** What was decided last for a node; `undefined` when it has not run. */
  explain(node: string): CacheDecision | undefined;
}

/**
 * Reuses the value of a node when its code and the content of all that it takes are the same.
 *
 * A value that has no content hash is known by the key of its node: it is never stored, and nodes that take it can be.
 * A store that fails counts as a miss.
 *
 * @example
 * const cache = cachePlugin({ store: memoryCacheStore(), codeVersionOf, nowMs: () => Date.now() });
 * await plan.run(inputs, { plugins: [cache] });
 * cache.explain("model")?.message; // '"model" ran: these inputs changed: "rows"'
 */
export function cachePlugin(options: CachePluginOptions): CachePlugin {
  const decisions = new Map<string, CacheDecision>();
  const cache = new NodeCache(options, (made) => {
    decisions.set(made.node, made);
    options.onDecision?.(made);
  });
  return {
    name: "weirflow.cache",
    around: (call, next) => cache.around(call, next),
    explain: (node) => decisions.get(node),
  };
}

class NodeCache {
  readonly #options: CachePluginOptions;
  readonly #decide: (decision: CacheDecision) => void;
  readonly #ids: ValueIds;

  constructor(options: CachePluginOptions, decide: (decision: CacheDecision) => void) {
    this.#options = options;
    this.#decide = decide;
    this.#ids = new ValueIds(options.hash ?? hashValue);
  }

  around(call: NodeCall, next: () => unknown): unknown {
    const { name } = call.node;
    const { behaviour, ttlMs } = this.#settings(call.node.options);
    if (behaviour === "ignore") this.#ids.ignore(call);
    if (behaviour === "ignore" || behaviour === "disable") {
      this.#decide(decision(name, behaviour === "ignore" ? "ignored" : "disabled"));
      return next();
    }
    const facts = this.#factsOf(call);
    if (facts === undefined) return next();
    const key = nodeCacheKey(facts);
    if (behaviour === "recompute") {
      this.#decide(decision(name, "recompute", { key }));
      return this.#compute(call, facts, key, next);
    }
    return andThen(this.#lookUp(facts, key, ttlMs), (found) => {
      if (found === undefined) return this.#compute(call, facts, key, next);
      this.#ids.set(call, found.valueHash);
      return found.value;
    });
  }

  #settings({ cache }: NodeOptions<never>): Required<CacheOptions> {
    const { behaviour: usual = "default" } = this.#options;
    const own = typeof cache === "object" ? cache : { behaviour: named(cache, usual) };
    return { behaviour: own.behaviour ?? "default", ttlMs: own.ttlMs ?? Infinity };
  }

  #factsOf(call: NodeCall): CacheFacts | undefined {
    const { node, variant } = call;
    const codeVersion = this.#options.codeVersionOf(node);
    const { ids: inputs, unknown } = this.#ids.ofInputs(call);
    if (codeVersion === undefined) this.#decide(decision(node.name, "no-code-version"));
    else if (unknown.length > 0)
      this.#decide(decision(node.name, "unhashable-input", { names: unknown }));
    else return { node: node.name, variant, codeVersion, inputs };
    return undefined;
  }

  /** The entry that counts, if there is one, at once or later; decides which way it goes. */
  #lookUp(facts: CacheFacts, key: string, ttlMs: number): Later<CacheEntry | undefined> {
    const judge = (entry: CacheEntry | undefined): Later<CacheEntry | undefined> => {
      if (entry === undefined) return this.#explainMiss(facts, key);
      const isFresh = this.#options.nowMs() - entry.storedAtMs < ttlMs;
      this.#decide(decision(facts.node, isFresh ? "found" : "expired", { key }));
      return isFresh ? entry : undefined;
    };
    const fail = (): undefined => {
      this.#decide(decision(facts.node, "store-failed", { key }));
      return undefined;
    };
    return guarded(() => andThen(this.#options.store.get(key), judge), fail);
  }

  #explainMiss(facts: CacheFacts, key: string): Later<undefined> {
    return andThen(this.#options.store.latest?.(facts.node), (latest) => {
      this.#decide(missDecision(facts, latest, key));
      return undefined;
    });
  }

  #compute(call: NodeCall, facts: CacheFacts, key: string, next: () => unknown): unknown {
    return andThen(next(), (value) => {
      const valueHash = this.#ids.of(value);
      this.#ids.set(call, valueHash ?? `opaque:${key}`);
      if (valueHash === undefined) return value;
      const entry = { ...facts, value, valueHash, storedAtMs: this.#options.nowMs() };
      return guarded(
        () => andThen(this.#options.store.set(key, entry), () => value),
        () => value,
      );
    });
  }
}

function named(cache: boolean | CacheBehaviour | undefined, usual: CacheBehaviour): CacheBehaviour {
  if (cache === undefined) return usual;
  if (typeof cache === "string") return cache;
  return cache ? "default" : "disable";
}

/** What `act` gives, or `instead` when it fails, at once or later. */
function guarded<T>(act: () => Later<T>, instead: () => T): Later<T> {
  try {
    const made = act();
    return isThenable(made) ? made.then((value) => value, instead) : made;
  } catch {
    return instead();
  }
}
