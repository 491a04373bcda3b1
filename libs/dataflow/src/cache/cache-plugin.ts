import { UnknownCacheFormatError } from "../errors.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import { hashValue } from "../hash/hash-value.ts";
import type { CacheBehaviour, CacheOptions, NodeOptions } from "../modifier/node.ts";
import type { NodeCall, Plugin } from "../plan/plugin.ts";
import { andThen, isThenable, type Later } from "../plan/promises.ts";
import { type CacheDecision, decision, missDecision, notStored } from "./cache-decision.ts";
import { nodeCacheKey } from "./cache-key.ts";
import type { CacheEntry, CacheFacts, CacheFound, CacheStore } from "./cache-store.ts";
import { ValueIds } from "./value-ids.ts";

/** How values are cached. */
export interface CachePluginOptions {
  readonly store: CacheStore;
  /** The version of a node's code; a node without one is never cached. See `codeVersions` and `byExport`. */
  readonly codeVersionOf: (node: GraphNode) => string | undefined;
  /** The clock, milliseconds since 1970; for `ttlMs`. */
  readonly nowMs: () => number;
  /** The content hash of a value; throws for a value without one, `SecretValueError` for a secret. @default hashValue */
  readonly hash?: (value: unknown) => string;
  /** What nodes do that say nothing themselves. @default "default" */
  readonly behaviour?: CacheBehaviour;
  /** Hears what was decided for each node. */
  readonly onDecision?: (decision: CacheDecision) => void;
}

/** A plugin that reuses values, and says why it did or did not. */
export interface CachePlugin extends Plugin {
  /**
   * What was decided last for a node: a hit, or which part of its key changed since the last execution that the store
   * knows of, in this process or another; `undefined` when it has not run here.
   */
  explain(node: string): CacheDecision | undefined;
}

/**
 * Reuses the value of a node when its code and the content of all that it takes are the same.
 *
 * A value that has no content hash is known by the key of its node: it is never stored, and nodes that take it can be.
 * A value that is or holds a secret is never stored, and a node that takes one is not cached. A store that fails counts
 * as a miss.
 *
 * A run with a node whose `format` the store does not have fails with {@link UnknownCacheFormatError}
 * `dag/unknown-cache-format` before its first node.
 *
 * @example
 * const cache = cachePlugin({ store: memoryCacheStore(), codeVersionOf, nowMs: () => Date.now() });
 * await plan.run(inputs, { plugins: [cache] });
 * cache.explain("model")?.message; // '"model" ran: these inputs changed: "rows"'
 */
export function cachePlugin(options: CachePluginOptions): CachePlugin {
  const decisions = new Map<string, CacheDecision>();
  const cache = new NodeCache(options, decisions);
  return {
    name: "weirflow.cache",
    onRunStart: ({ nodes }) => checkFormats(nodes, options.store.formats),
    around: (call, next) => cache.around(call, next),
    explain: (node) => decisions.get(node),
  };
}

function checkFormats(nodes: readonly GraphNode[], formats: readonly string[] | undefined): void {
  if (formats === undefined) return;
  for (const { name, options } of nodes) {
    const format = formatOf(options);
    if (format !== undefined && !formats.includes(format))
      throw new UnknownCacheFormatError(name, format, formats);
  }
}

function formatOf({ cache }: NodeOptions<never>): string | undefined {
  return typeof cache === "object" ? cache.format : undefined;
}

class NodeCache {
  readonly #options: CachePluginOptions;
  readonly #decisions: Map<string, CacheDecision>;
  readonly #ids: ValueIds;

  constructor(options: CachePluginOptions, decisions: Map<string, CacheDecision>) {
    this.#options = options;
    this.#decisions = decisions;
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
      this.#ids.set(call, found.value, found.valueHash);
      return found.value;
    });
  }

  #decide(made: CacheDecision): void {
    this.#decisions.set(made.node, made);
    this.#options.onDecision?.(made);
  }

  #settings({ cache }: NodeOptions<never>): Required<Omit<CacheOptions, "format">> {
    const { behaviour: usual = "default" } = this.#options;
    const own = typeof cache === "object" ? cache : { behaviour: named(cache, usual) };
    return { behaviour: own.behaviour ?? "default", ttlMs: own.ttlMs ?? Infinity };
  }

  #factsOf(call: NodeCall): CacheFacts | undefined {
    const { node, variant } = call;
    const { name } = node;
    const codeVersion = this.#options.codeVersionOf(node);
    const { ids: inputs, unknown, secret } = this.#ids.ofInputs(call);
    if (codeVersion === undefined) this.#decide(decision(name, "no-code-version"));
    else if (secret.length > 0) this.#decide(decision(name, "secret-input", { names: secret }));
    else if (unknown.length > 0)
      this.#decide(decision(name, "unhashable-input", { names: unknown }));
    else return { node: name, variant, codeVersion, inputs };
    return undefined;
  }

  /** The entry that counts, if there is one, at once or later; decides which way it goes. */
  #lookUp(facts: CacheFacts, key: string, ttlMs: number): Later<CacheEntry | undefined> {
    const judge = (found: CacheFound): Later<CacheEntry | undefined> => {
      if (found === undefined) return this.#explainMiss(facts, key);
      if ("miss" in found) {
        this.#decide(decision(facts.node, found.miss, { key, detail: found.detail }));
        return undefined;
      }
      const isFresh = this.#options.nowMs() - found.storedAtMs < ttlMs;
      this.#decide(decision(facts.node, isFresh ? "found" : "expired", { key }));
      return isFresh ? found : undefined;
    };
    const fail = (error: unknown): undefined => {
      this.#decide(decision(facts.node, "store-failed", { key, detail: messageOf(error) }));
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
      const id = this.#ids.of(value);
      if (typeof id === "string") {
        this.#ids.set(call, value, id);
        return this.#store(call, { ...facts, value, valueHash: id }, key);
      }
      this.#ids.set(call, value, `opaque:${key}`);
      return andThen(this.#leave(facts, id.why), () => value);
    });
  }

  #store(call: NodeCall, made: Omit<CacheEntry, "storedAtMs">, key: string): Later<unknown> {
    const format = formatOf(call.node.options);
    const storedAtMs = this.#options.nowMs();
    const entry = { ...made, storedAtMs, ...(format === undefined ? {} : { format }) };
    const { node, variant, codeVersion, inputs, value } = made;
    return guarded(
      () => andThen(this.#options.store.set(key, entry), () => value),
      (error) =>
        andThen(this.#leave({ node, variant, codeVersion, inputs }, messageOf(error)), () => value),
    );
  }

  /** Tells why the value of a node is not stored, now and to whoever asks the next time. */
  #leave(facts: CacheFacts, why: string): Later<void> {
    const made = this.#decisions.get(facts.node);
    if (made !== undefined) this.#decisions.set(facts.node, notStored(made, why));
    const remember = (): Later<void> =>
      this.#options.store.remember?.({ ...facts, notStored: why });
    return guarded(remember, () => undefined);
  }
}

function named(cache: boolean | CacheBehaviour | undefined, usual: CacheBehaviour): CacheBehaviour {
  if (cache === undefined) return usual;
  if (typeof cache === "string") return cache;
  return cache ? "default" : "disable";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What `act` gives, or `instead` when it fails, at once or later. */
function guarded<T>(act: () => Later<T>, instead: (error: unknown) => Later<T>): Later<T> {
  try {
    const made = act();
    return isThenable(made) ? made.then((value) => value, instead) : made;
  } catch (error) {
    return instead(error);
  }
}
