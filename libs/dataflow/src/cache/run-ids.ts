/** Stands in keys for a value that does not count in them. */
const IGNORED = "ignored";

/**
 * What the values of one run are known by, without keeping them in memory.
 *
 * An id holds for a name and a value together: a node may run many times in one run, and a plugin may change what it made.
 */
export class RunIds {
  readonly #ignored = new Set<string>();
  readonly #objects = new WeakMap<object, Map<string, string>>();
  readonly #others = new Map<string, { readonly value: unknown; readonly id: string }>();

  /** Says that whatever has this name does not count. */
  ignore(name: string): void {
    this.#ignored.add(name);
  }

  set(name: string, value: unknown, id: string): void {
    if (!isObject(value)) {
      this.#others.set(name, { value, id });
      return;
    }
    const ids = this.#objects.get(value);
    if (ids === undefined) this.#objects.set(value, new Map([[name, id]]));
    else ids.set(name, id);
  }

  get(name: string, value: unknown): string | undefined {
    if (this.#ignored.has(name)) return IGNORED;
    if (isObject(value)) return this.#objects.get(value)?.get(name);
    const known = this.#others.get(name);
    return known !== undefined && Object.is(known.value, value) ? known.id : undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
