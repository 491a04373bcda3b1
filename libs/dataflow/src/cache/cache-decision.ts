import { listNames } from "../errors.ts";
import type { CacheFacts, LastFacts } from "./cache-store.ts";

/** Why a value came from the cache, or did not. */
export type CacheReason =
  | "found"
  | "disabled"
  | "ignored"
  | "recompute"
  | "no-code-version"
  | "unhashable-input"
  | "secret-input"
  | "never-stored"
  | "not-stored"
  | "code-changed"
  | "choice-changed"
  | "inputs-changed"
  | "expired"
  | "evicted"
  | "corrupt"
  | "store-failed";

/** A part of the key of a node that is not what it was at its last execution. */
export interface CacheChange {
  readonly part: "code" | "choice" | "input";
  /** Which input. */
  readonly name?: string;
  /** The code version, the branches or the hash of the content; absent for an input that was not there. */
  readonly before?: string;
  /** The same now; absent for an input that is there no more. */
  readonly now?: string;
}

/** What the cache did for one execution of a node, and why. */
export interface CacheDecision {
  readonly node: string;
  readonly isHit: boolean;
  readonly reason: CacheReason;
  /** The same in a sentence. */
  readonly message: string;
  /** Absent when the node has none. */
  readonly key?: string;
  /** All that changed since the last execution, in this process or another; empty when nothing is known of it. */
  readonly changes: readonly CacheChange[];
  /** Why the value that was made then was not stored; absent when it was, and before it was made. */
  readonly notStored?: string;
}

/** What a decision is made of, beside its node and reason. */
export interface DecisionDetails {
  readonly key?: string;
  readonly names?: readonly string[];
  readonly changes?: readonly CacheChange[];
  /** What to add to the sentence. */
  readonly detail?: string | undefined;
}

const sentences: { readonly [R in CacheReason]: string } = {
  found: "its value was found",
  disabled: "its cache is disabled",
  ignored: "its cache is set to ignore",
  recompute: "its cache is set to recompute",
  "no-code-version": "the version of its code is not known",
  "unhashable-input": "these inputs have no content hash:",
  "secret-input": "these inputs hold a secret:",
  "never-stored": "no value of it was ever stored",
  "not-stored": "its last value was not stored",
  "code-changed": "its code changed",
  "choice-changed": "another branch is taken",
  "inputs-changed": "these inputs changed:",
  expired: "its value is older than its ttl",
  evicted: "its value is no longer stored",
  corrupt: "its stored value is damaged",
  "store-failed": "the store failed",
};

const reasons = {
  code: "code-changed",
  choice: "choice-changed",
  input: "inputs-changed",
} as const;

/** A decision for a node, with its sentence. */
export function decision(
  node: string,
  reason: CacheReason,
  details: DecisionDetails = {},
): CacheDecision {
  const { names = [], key, detail, changes = [] } = details;
  const isHit = reason === "found";
  const named = names.length === 0 ? sentences[reason] : `${sentences[reason]} ${listNames(names)}`;
  const said = changes.length === 0 ? named : changesSentence(changes);
  const message = `"${node}" ${isHit ? "was reused" : "ran"}: ${said}${detail === undefined ? "" : `: ${detail}`}`;
  return { node, isHit, reason, message, changes, ...(key === undefined ? {} : { key }) };
}

/** Why there is no value for these facts, by what is known of the last execution of the node. */
export function missDecision(
  facts: CacheFacts,
  latest: LastFacts | undefined,
  key: string,
): CacheDecision {
  const { node } = facts;
  if (latest === undefined) return decision(node, "never-stored", { key });
  const changes = changesSince(latest, facts);
  const [first] = changes;
  if (first !== undefined) return decision(node, reasons[first.part], { key, changes });
  return latest.notStored === undefined
    ? decision(node, "evicted", { key })
    : decision(node, "not-stored", { key, detail: latest.notStored });
}

/** The same decision, once the value was made and not stored. */
export function notStored(made: CacheDecision, why: string): CacheDecision {
  return { ...made, notStored: why, message: `${made.message}; its value was not stored: ${why}` };
}

/** The parts that differ: the code first, then the branches, then inputs. */
function changesSince(before: CacheFacts, now: CacheFacts): readonly CacheChange[] {
  const names = new Set([...Object.keys(now.inputs), ...Object.keys(before.inputs)]);
  return [
    change("code", before.codeVersion, now.codeVersion),
    change("choice", before.variant, now.variant),
    ...[...names].map((name) => change("input", before.inputs[name], now.inputs[name], name)),
  ].filter((each) => each.before !== each.now);
}

function change(
  part: CacheChange["part"],
  before: string | undefined,
  now: string | undefined,
  name?: string,
): CacheChange {
  return {
    part,
    ...(name === undefined ? {} : { name }),
    ...(before === undefined ? {} : { before }),
    ...(now === undefined ? {} : { now }),
  };
}

function changesSentence(changes: readonly CacheChange[]): string {
  const names = changes.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const parts = new Set(changes.map(({ part }) => reasons[part]));
  return [...parts]
    .map((reason) =>
      reason === "inputs-changed" ? `${sentences[reason]} ${listNames(names)}` : sentences[reason],
    )
    .join(", and ");
}
