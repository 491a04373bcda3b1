import { DevalueError, parse, stringify } from "devalue";
import { ValueNotDecodableError, ValueNotEncodableError } from "../errors.ts";
import { typeName } from "../type-name.ts";
import type { Codec } from "./codec.ts";

/**
 * Plain data as text: JSON and also `undefined`, `NaN`, `-0`, Date, Map, Set, BigInt, RegExp, URL, typed arrays, holes,
 * repeated references. Values that another codec writes may stand anywhere inside.
 *
 * @param others - codecs for what is not plain data.
 */
export function devalueCodec(others: readonly Codec[]): Codec {
  const reducers = {
    ...Object.fromEntries(others.map((codec) => [codec.name, reducer(codec)])),
    view: cutToSize,
  };
  const revivers = {
    ...Object.fromEntries(others.map((codec) => [codec.name, reviver(codec)])),
    view: (view: unknown) => view,
  };
  return {
    name: "devalue",
    matches: (_value): _value is unknown => true,
    encode: (value) => new TextEncoder().encode(write(value, reducers)),
    decode: (bytes) => read(bytes, revivers),
    identity: (value) => value,
  };
}

type Reducer = (value: unknown) => unknown;
type Reviver = (written: unknown) => unknown;

function reducer(codec: Codec): Reducer {
  return (value) =>
    typeof value === "object" && codec.matches(value) && new Uint8Array(codec.encode(value));
}

function reviver(codec: Codec): Reviver {
  return (written) => {
    if (!(written instanceof Uint8Array)) throw new TypeError(`no bytes for "${codec.name}"`);
    return codec.decode(written);
  };
}

/** A view of a part of a buffer would be written with the whole buffer, which may hold what is not ours to write. */
function cutToSize(value: unknown): unknown {
  if (!ArrayBuffer.isView(value) || value.byteLength === value.buffer.byteLength) return false;
  return ownCopy(value);
}

/** A view of the same type over a buffer of its own. */
function ownCopy(view: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  if (view instanceof DataView) return new DataView(bytes.buffer);
  // Every view but DataView is a typed array, whose constructor takes a buffer alone; of a Buffer, its bytes are enough.
  const TypedArray = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  return view instanceof Uint8Array ? bytes : new TypedArray(bytes.buffer);
}

function write(value: unknown, reducers: Record<string, Reducer>): string {
  try {
    return stringify(value, reducers);
  } catch (error) {
    if (error instanceof DevalueError)
      throw new ValueNotEncodableError(typeName(error.value), error.path, error);
    throw new ValueNotEncodableError(typeName(value), "", error); // too deep for the stack
  }
}

function read(
  bytes: Uint8Array,
  revivers: Record<string, (bytes: Uint8Array) => unknown>,
): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return parse(text, revivers) as unknown; // typed in the declaration as `any`
  } catch (error) {
    throw new ValueNotDecodableError("devalue", error);
  }
}
