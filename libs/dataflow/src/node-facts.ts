import { InvalidFactError, TooManyFactsError } from "./errors.ts";

/** What a node says of one execution: where it read or wrote, how much; plain values by name. */
export type NodeFacts = Readonly<Record<string, string | number | boolean | null>>;

/** Facts of one execution at most. */
const MAX_FACTS = 50;
/** Characters of a name at most. */
const MAX_NAME_CHARS = 100;
/** Characters of a text that are kept. */
const MAX_TEXT_CHARS = 1_000;

/**
 * Adds facts to those of an execution; one that was told before is replaced.
 *
 * Texts are cut to 1,000 characters, and a number that is not finite becomes `null`, as in JSON.
 *
 * @returns all facts of the execution; neither argument is changed.
 * @throws {@link InvalidFactError} `dag/invalid-fact` when a value is not plain, or a name is longer than 100 characters.
 * @throws {@link TooManyFactsError} `dag/too-many-facts` when there would be more than 50.
 * @internal
 */
export function addFacts(known: NodeFacts | undefined, added: NodeFacts): NodeFacts {
  const all = new Map(Object.entries(known ?? {}));
  for (const [name, fact] of Object.entries(added)) all.set(checkedName(name), bounded(name, fact));
  if (all.size > MAX_FACTS) throw new TooManyFactsError(all.size, MAX_FACTS);
  return Object.fromEntries(all);
}

function checkedName(name: string): string {
  if (name.length > MAX_NAME_CHARS)
    throw new InvalidFactError(`${name.slice(0, MAX_NAME_CHARS)}…`, "its name is too long");
  return name;
}

function bounded(name: string, fact: unknown): NodeFacts[string] {
  if (typeof fact === "string") return cut(fact);
  if (typeof fact === "number") return Number.isFinite(fact) ? fact : null;
  if (typeof fact === "boolean" || fact === null) return fact;
  throw new InvalidFactError(name, `it is of type ${typeof fact}`);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT_CHARS ? text : `${text.slice(0, MAX_TEXT_CHARS - 1)}…`;
}
