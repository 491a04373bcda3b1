import { DuplicateCodecError, UnknownCodecError } from "../errors.ts";
import { arrowCodec } from "./arrow-codec.ts";
import { bytesCodec } from "./bytes-codec.ts";
import type { Codec } from "./codec.ts";
import { devalueCodec } from "./devalue-codec.ts";

/** The codecs that one process knows. */
export interface Codecs {
  /** Their names. */
  readonly names: readonly string[];
  /** The codec that writes a value whole; `devalue` when no other does. */
  codecFor(value: unknown): Codec;
  /** @throws UnknownCodecError `values/unknown-codec`. */
  named(name: string): Codec;
  /** The codec of a value that is not plain data; `undefined` for one that is. */
  special(value: unknown): Codec | undefined;
}

/**
 * Codecs for bytes, Arrow tables and plain data, and more of one's own, which are asked first.
 *
 * @throws {@link DuplicateCodecError} `values/duplicate-codec` when two have one name.
 * @example
 * const codecs = createCodecs([modelCodec]);
 * encodeValue(model, codecs).codec; // "model"
 */
export function createCodecs(own: readonly Codec[] = []): Codecs {
  const special: readonly Codec[] = [...own, arrowCodec as Codec]; // asked only about values that it matches
  const plain = devalueCodec(special);
  const all = [...special, bytesCodec as Codec, plain]; // as above
  const byName = new Map(all.map((codec) => [codec.name, codec]));
  if (byName.size < all.length) throw new DuplicateCodecError(firstRepeated(all));
  return {
    names: [...byName.keys()],
    codecFor: (value) => all.find((codec) => codec.matches(value)) ?? plain,
    named: (name) => {
      const found = byName.get(name);
      if (found === undefined) throw new UnknownCodecError(name, [...byName.keys()]);
      return found;
    },
    special: (value) =>
      typeof value === "object" ? special.find((codec) => codec.matches(value)) : undefined,
  };
}

function firstRepeated(codecs: readonly Codec[]): string {
  const names = codecs.map((codec) => codec.name);
  return names.find((name, index) => names.indexOf(name) !== index) ?? "";
}
