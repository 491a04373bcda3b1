type Json = Readonly<Record<string, unknown>>;

/** What TensorFlow.js calls a layer that was given no name: `dense_Dense7`, the seventh of this process; also `sequential_3`. */
const GIVEN = /^([a-z0-9_]+?_[A-Z]\w*?|[a-z]+_?)(\d+)$/;

/**
 * A topology whose layers are numbered from 1, instead of after all that this process has built before.
 *
 * Names that were chosen stay.
 */
export function canonicalNames(topology: Json): Json {
  const names = new Map<string, string>();
  collect(topology, names);
  // renaming keeps the shape of an object
  return rename(topology, names) as Json;
}

/** A layer is an object with a class and a configuration that has a name. */
function collect(part: unknown, names: Map<string, string>): void {
  if (typeof part !== "object" || part === null) return;
  if ("class_name" in part && "config" in part) addName(part.config, names);
  for (const inner of Object.values(part)) collect(inner, names);
}

function addName(config: unknown, names: Map<string, string>): void {
  if (typeof config !== "object" || config === null || !("name" in config)) return;
  const { name } = config;
  const [, prefix] = (typeof name === "string" && GIVEN.exec(name)) || [];
  if (typeof name !== "string" || prefix === undefined || names.has(name)) return;
  const sameBefore = [...names.values()].filter((known) => GIVEN.exec(known)?.[1] === prefix);
  names.set(name, `${prefix}${sameBefore.length + 1}`);
}

function rename(part: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof part === "string") return names.get(part) ?? part;
  if (Array.isArray(part)) return part.map((inner) => rename(inner, names));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, inner]) => [key, rename(inner, names)]),
  );
}
