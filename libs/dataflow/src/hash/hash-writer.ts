import { createHash, type Hash } from "node:crypto";

/** What kind of value follows; part of every stored hash, so never renumbered. */
export const tags = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  number: 4,
  text: 5,
  /** Text with a lone surrogate, which UTF-8 cannot tell from another. */
  looseText: 6,
  bigint: 7,
  list: 8,
  hole: 9,
  record: 10,
  bytes: 11,
  date: 12,
  map: 13,
  set: 14,
  regexp: 15,
  coded: 16,
} as const;

type Tag = (typeof tags)[keyof typeof tags];

const FIRST_BYTES = 1_024;
const NEXT_BYTES = 32_768;
/** The most that anything but bytes and long text takes at once. */
const MOST_BYTES = 16;

/** Feeds tagged values into a sha-256. No value is the beginning of another: lengths come first. */
export class HashWriter {
  readonly #hash: Hash = createHash("sha256");
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  tag(tag: Tag): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = tag;
  }

  /** A tag and a length. */
  open(tag: Tag, count: number): void {
    this.#reserve(MOST_BYTES);
    this.#buffer[this.#length++] = tag;
    this.#length = this.#buffer.writeDoubleLE(count, this.#length);
  }

  /** `-0` and `0` differ; every NaN is the same. */
  number(tag: Tag, value: number): void {
    this.open(tag, Number.isNaN(value) ? Number.NaN : value);
  }

  text(value: string): void {
    if (value.isWellFormed()) this.#encoded(tags.text, value, "utf8");
    else this.#encoded(tags.looseText, value, "utf16le");
  }

  /** Bytes of a kind, e.g. those of a `Float64Array`. */
  bytes(kind: string, value: Uint8Array): void {
    this.open(tags.bytes, value.byteLength);
    this.text(kind);
    this.#append(value);
  }

  /** The hash of all that was written, 64 hexadecimal digits. */
  digest(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #encoded(tag: Tag, value: string, encoding: "utf8" | "utf16le"): void {
    const mostBytes = value.length * 3 + MOST_BYTES;
    if (mostBytes > NEXT_BYTES) {
      const bytes = Buffer.from(value, encoding);
      this.open(tag, bytes.byteLength);
      return this.#append(bytes);
    }
    this.#reserve(mostBytes);
    const start = this.#length + 9; // after the tag and the length
    const count = this.#buffer.write(value, start, encoding);
    this.open(tag, count);
    this.#length = start + count;
  }

  #append(bytes: Uint8Array): void {
    this.#flush();
    this.#hash.update(bytes);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.byteLength) return;
    this.#flush();
    if (count > this.#buffer.byteLength || this.#buffer.byteLength < NEXT_BYTES)
      this.#buffer = Buffer.allocUnsafe(NEXT_BYTES + MOST_BYTES);
  }

  #flush(): void {
    if (this.#length > 0) this.#hash.update(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}
