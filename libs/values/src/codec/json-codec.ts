import { isDeepStrictEqual } from "node:util";
import { ValueNotDecodableError, ValueNotEncodableError } from "../errors.ts";
import { typeName } from "../type-name.ts";
import type { Codec } from "./codec.ts";

/** JSON that any tool reads. Refuses a value that would come back as another, e.g. one with a Date or `undefined`. */
export const jsonCodec: Codec = {
  name: "json",
  matches: (_value): _value is unknown => true,
  encode: (value) => {
    const text = written(value);
    if (text === undefined || !isDeepStrictEqual(JSON.parse(text), value))
      throw new ValueNotEncodableError(typeName(value), "");
    return new TextEncoder().encode(text);
  },
  decode: (bytes) => {
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown; // any JSON
    } catch (error) {
      throw new ValueNotDecodableError("json", error);
    }
  },
  identity: (value) => value,
};

function written(value: unknown): string | undefined {
  try {
    const text: unknown = JSON.stringify(value); // `undefined` for what JSON has no word for
    return typeof text === "string" ? text : undefined;
  } catch (error) {
    throw new ValueNotEncodableError(typeName(value), "", error); // a bigint or a cycle
  }
}
