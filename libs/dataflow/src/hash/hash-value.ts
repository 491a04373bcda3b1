import { SecretValueError, UnhashableValueError } from "../errors.ts";
import { HashWriter, tags } from "./hash-writer.ts";
import { isSecret } from "./secret.ts";

/** Makes instances of a class hashable. */
export interface ValueHasher {
  /** Part of the hash: never changes its meaning. */
  readonly name: string;
  matches(value: unknown): boolean;
  /** Plain data that two values share exactly when they are the same value; hashed in the place of the value. */
  identity(value: unknown): unknown;
}

/** How values that are not plain data are hashed. */
export interface HashOptions {
  /** Hashers, or a function that finds the one for a value. @default none */
  readonly codecs?: readonly ValueHasher[] | ((value: unknown) => ValueHasher | undefined);
  /** Whether an object is a secret, which is never hashed; asked for every object. @default isSecret */
  readonly isSecret?: (value: object) => boolean;
}

/**
 * The hash of a value's content: equal exactly for values of the same structure.
 *
 * Types count: `1` and `"1"`, `[1]` and `{ 0: 1 }`, `Float32Array` and `Float64Array` differ, and so do `0` and `-0`.
 * The order of keys does not count in objects, and does in a `Map` or `Set`, where it shows. A `Buffer` is a
 * `Uint8Array`. Views and buffers count by their bytes, so NaNs of several bits differ in them. Values nested at any depth are walked without recursion.
 *
 * @returns sha-256, 64 hexadecimal digits; the same on every little-endian machine.
 * @throws {@link UnhashableValueError} `dag/unhashable-value`: a function, symbol, promise, cycle, or an instance of a
 *   class that no codec matches, with its place in the value.
 * @throws {@link SecretValueError} `dag/secret-value`: it is or holds a secret.
 * @example
 * hashValue({ a: 1, b: [2] }) === hashValue({ b: [2], a: 1 }); // true
 */
export function hashValue(value: unknown, options: HashOptions = {}): string {
  const walk = new ValueWalk(finder(options), options.isSecret ?? isSecret);
  return walk.hash(value);
}

/** The first 128 bits of a hash: 32 hexadecimal digits, enough to tell values apart in one lineage store. */
export function shortHash(hex: string): string {
  return hex.slice(0, 32);
}

type FindHasher = (value: unknown) => ValueHasher | undefined;

function finder({ codecs = [] }: HashOptions): FindHasher {
  if (typeof codecs === "function") return codecs;
  return (value) => codecs.find((codec) => codec.matches(value));
}

/** A value whose parts are being walked. */
interface Frame {
  readonly holder: object;
  /** Names of the parts, where they have any. */
  readonly keys: readonly string[] | undefined;
  readonly parts: readonly unknown[];
  next: number;
}

/** Names of properties, and the same in order. */
interface Shape {
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
}

class ValueWalk {
  readonly #writer = new HashWriter();
  readonly #stack: Frame[] = [];
  /** What is on the stack: a value inside itself is a cycle. */
  readonly #ancestors = new Set<object>();
  /** Sorted keys by their order in the object: rows of one shape are sorted once. */
  readonly #shapes = new Map<string, Shape>();
  readonly #findHasher: FindHasher;
  readonly #isSecret: (value: object) => boolean;

  constructor(findHasher: FindHasher, isSecretValue: (value: object) => boolean) {
    this.#findHasher = findHasher;
    this.#isSecret = isSecretValue;
  }

  hash(value: unknown): string {
    this.#visit(value);
    for (let top = this.#stack.at(-1); top !== undefined; top = this.#stack.at(-1)) this.#step(top);
    return this.#writer.digest();
  }

  #step(frame: Frame): void {
    const index = frame.next++;
    if (index === frame.parts.length) {
      this.#stack.pop();
      this.#ancestors.delete(frame.holder);
      return;
    }
    const key = frame.keys?.[index];
    if (key !== undefined) this.#writer.text(key);
    const part = frame.parts[index];
    if (part === undefined && !(index in frame.parts)) this.#writer.tag(tags.hole);
    else this.#visit(part);
  }

  #visit(value: unknown): void {
    switch (typeof value) {
      case "number":
        return this.#writer.number(tags.number, value);
      case "string":
        return this.#writer.text(value);
      case "boolean":
        return this.#writer.tag(value ? tags.true : tags.false);
      case "undefined":
        return this.#writer.tag(tags.undefined);
      case "bigint":
        this.#writer.tag(tags.bigint);
        return this.#writer.text(value.toString(16));
      case "object":
        return value === null ? this.#writer.tag(tags.null) : this.#visitObject(value);
      default:
        throw this.#unhashable(`a ${typeof value}`);
    }
  }

  #visitObject(value: object): void {
    if (this.#isSecret(value)) throw new SecretValueError(this.#path());
    if (this.#ancestors.has(value)) throw this.#unhashable("the same as what holds it: a cycle");
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return this.#visitList(value as readonly unknown[]); // has its prototype
    if (prototype === Object.prototype || prototype === null) return this.#visitRecord(value);
    if (!this.#visitBuiltIn(value, prototype)) this.#visitCoded(value);
  }

  #visitList(list: readonly unknown[]): void {
    if (hasMoreThanItems(list)) throw this.#unhashable("a list with properties of its own");
    this.#writer.open(tags.list, list.length);
    this.#enter(list, list);
  }

  #visitRecord(record: object): void {
    if (Object.getOwnPropertySymbols(record).length > 0)
      throw this.#unhashable("an object with symbols for keys");
    const keys = this.#sorted(Object.keys(record));
    this.#writer.open(tags.record, keys.length);
    // keys are its own
    const values = record as Readonly<Record<string, unknown>>;
    this.#enter(
      record,
      keys.map((key) => values[key]),
      keys,
    );
  }

  #sorted(keys: readonly string[]): readonly string[] {
    const name = keys.join("\0");
    const known = this.#shapes.get(name);
    if (known === undefined) {
      const sorted = keys.toSorted();
      this.#shapes.set(name, { keys, sorted });
      return sorted;
    }
    // keys that hold a "\0" themselves may join to the name of another shape
    return keys.every((key, i) => key === known.keys[i]) && keys.length === known.keys.length
      ? known.sorted
      : keys.toSorted();
  }

  /** @returns whether the value is of a type that the language has, and nothing more. */
  #visitBuiltIn(value: object, prototype: unknown): boolean {
    if (isPlainView(value, prototype)) {
      this.#writer.bytes(kindOf(value), bytesOf(value));
      return true;
    }
    return Object.keys(value).length === 0 && this.#visitBare(value, prototype);
  }

  #visitBare(value: object, prototype: unknown): boolean {
    if (isPlainBuffer(value, prototype)) this.#writer.bytes(kindOf(value), new Uint8Array(value));
    else if (value instanceof Date && prototype === Date.prototype)
      this.#writer.number(tags.date, value.getTime());
    else if (value instanceof RegExp && prototype === RegExp.prototype) {
      this.#writer.tag(tags.regexp);
      this.#writer.text(value.source);
      this.#writer.text(value.flags);
    } else if (value instanceof Map && prototype === Map.prototype) {
      this.#writer.open(tags.map, value.size);
      this.#enter(value, [...value].flat());
    } else if (value instanceof Set && prototype === Set.prototype) {
      this.#writer.open(tags.set, value.size);
      this.#enter(value, [...value]);
    } else return false;
    return true;
  }

  #visitCoded(value: object): void {
    const hasher = this.#findHasher(value);
    if (hasher === undefined) throw this.#unhashable(`an instance of ${className(value)}`);
    this.#writer.tag(tags.coded);
    this.#writer.text(hasher.name);
    this.#enter(value, [hasher.identity(value)]);
  }

  #enter(holder: object, parts: readonly unknown[], keys?: readonly string[]): void {
    this.#ancestors.add(holder);
    this.#stack.push({ holder, keys, parts, next: 0 });
  }

  #unhashable(what: string): UnhashableValueError {
    return new UnhashableValueError(this.#path(), what);
  }

  /** Where the walk is. */
  #path(): string {
    const steps = this.#stack.map(({ keys, next }) => {
      const key = keys?.[next - 1];
      return key === undefined ? `[${next - 1}]` : `.${key}`;
    });
    return `$${steps.join("")}`;
  }
}

/** Whether a list has named properties too, as the result of `match` has. */
function hasMoreThanItems(list: readonly unknown[]): boolean {
  const keys = Object.keys(list);
  const last = keys.at(-1); // names come after indexes
  return last !== undefined && !isIndex(last, list.length);
}

function isIndex(key: string, length: number): boolean {
  const index = Number(key);
  return index < length && String(index) === key;
}

const TYPED_ARRAY: unknown = Object.getPrototypeOf(Uint8Array.prototype);

/** Whether a value is a typed array, a `DataView` or a `Buffer`, and not of a class made from one. */
function isPlainView(value: object, prototype: unknown): value is ArrayBufferView {
  if (!ArrayBuffer.isView(value)) return false;
  return (
    prototype === DataView.prototype ||
    prototype === Buffer.prototype ||
    Object.getPrototypeOf(prototype) === TYPED_ARRAY
  );
}

function isPlainBuffer(
  value: object,
  prototype: unknown,
): value is ArrayBuffer | SharedArrayBuffer {
  return (
    (value instanceof ArrayBuffer && prototype === ArrayBuffer.prototype) ||
    (value instanceof SharedArrayBuffer && prototype === SharedArrayBuffer.prototype)
  );
}

/** The name of the type that the engine knows it by: `Uint8Array` for a `Buffer`. */
function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function className(value: object): string {
  const { constructor } = value;
  return typeof constructor === "function" && constructor.name !== ""
    ? constructor.name
    : "an unnamed class";
}
