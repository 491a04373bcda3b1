import { hash } from "node:crypto";
import { type Codecs, valueHash } from "@weirflow/values";

/** What tells one computation of a node from another. */
export interface Computation {
  readonly node: string;
  readonly codeVersion: string;
  /** The branches that were taken. */
  readonly variant: string;
  /** What the node took, by name. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Content hashes of the values of one attempt; each value is hashed once, however many nodes take it.
 *
 * A value without a content hash is `opaque:` and the key of the node that made it.
 */
export class ValueHashes {
  readonly #codecs: Codecs;
  readonly #known = new WeakMap<object, string>();

  constructor(codecs: Codecs) {
    this.#codecs = codecs;
  }

  /** The hash of a value; of one that has none, `opaque:` and `key`. */
  of(value: unknown, key: string): string {
    if (typeof value !== "object" || value === null) return this.#hash(value, key);
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const made = this.#hash(value, key);
    this.#known.set(value, made);
    return made;
  }

  /**
   * The key of a computation: equal keys should give equal values.
   *
   * @returns 64 hexadecimal digits.
   */
  keyOf({ node, codeVersion, variant, inputs }: Computation): string {
    const taken = Object.keys(inputs)
      .sort()
      .map((name) => [name, this.of(inputs[name], name)]);
    return hash("sha256", JSON.stringify([node, codeVersion, variant, taken]), "hex");
  }

  #hash(value: unknown, key: string): string {
    try {
      return valueHash(value, this.#codecs);
    } catch {
      return `opaque:${key}`; // not plain data, or too deep
    }
  }
}
