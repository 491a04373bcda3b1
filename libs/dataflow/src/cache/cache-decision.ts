import { listNames } from "../errors.ts";
import type { CacheFacts } from "./cache-store.ts";

/** Why a value came from the cache, or did not. */
export type CacheReason =
  | "found"
  | "disabled"
  | "ignored"
  | "recompute"
  | "no-code-version"
  | "unhashable-input"
  | "never-stored"
  | "code-changed"
  | "choice-changed"
  | "inputs-changed"
  | "expired"
  | "evicted"
  | "store-failed";

/** What the cache did for one execution of a node, and why. */
export interface CacheDecision {
  readonly node: string;
  readonly isHit: boolean;
  readonly reason: CacheReason;
  /** The same in a sentence. */
  readonly message: string;
  /** Absent when the node has none. */
  readonly key?: string;
}

const sentences: { readonly [R in CacheReason]: string } = {
  found: "its value was found",
  disabled: "its cache is disabled",
  ignored: "its cache is set to ignore",
  recompute: "its cache is set to recompute",
  "no-code-version": "the version of its code is not known",
  "unhashable-input": "these inputs have no content hash:",
  "never-stored": "no value of it was ever stored",
  "code-changed": "its code changed",
  "choice-changed": "another branch is taken",
  "inputs-changed": "these inputs changed:",
  expired: "its value is older than its ttl",
  evicted: "its value is no longer stored",
  "store-failed": "the store failed",
};

/** A decision for a node, with its sentence. */
export function decision(
  node: string,
  reason: CacheReason,
  details: { readonly names?: readonly string[]; readonly key?: string } = {},
): CacheDecision {
  const { names = [], key } = details;
  const named = names.length === 0 ? "" : ` ${listNames(names)}`;
  const message = `"${node}" ${reason === "found" ? "was reused" : "ran"}: ${sentences[reason]}${named}`;
  const isHit = reason === "found";
  return { node, isHit, reason, message, ...(key === undefined ? {} : { key }) };
}

/** Why there is no value for these facts, by what was stored last for the node. */
export function missDecision(
  facts: CacheFacts,
  latest: CacheFacts | undefined,
  key: string,
): CacheDecision {
  const { node } = facts;
  if (latest === undefined) return decision(node, "never-stored", { key });
  if (latest.codeVersion !== facts.codeVersion) return decision(node, "code-changed", { key });
  if (latest.variant !== facts.variant) return decision(node, "choice-changed", { key });
  const names = changedInputs(facts.inputs, latest.inputs);
  return names.length === 0
    ? decision(node, "evicted", { key })
    : decision(node, "inputs-changed", { names, key });
}

function changedInputs(
  now: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): readonly string[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  return names.filter((name) => now[name] !== before[name]);
}
