import type { ValueSummary } from "@weirflow/contracts";

/**
 * Writes one type of value as bytes and reads it back.
 *
 * `decode(encode(value))` must equal the value, and bytes that were written stay readable by later versions.
 *
 * @example
 * const modelCodec: Codec<Model> = {
 *   name: "model",
 *   matches: (value) => value instanceof Model,
 *   encode: (model) => model.toBytes(),
 *   decode: (bytes) => Model.fromBytes(bytes),
 *   identity: (model) => [model.topology, model.weights],
 * };
 */
export interface Codec<T = unknown> {
  /** Stored beside the value; never changes its meaning. */
  readonly name: string;
  /** Whether this codec writes the value. Cheap: asked for every part of every value. */
  matches(value: unknown): value is T;
  encode(value: T): Uint8Array;
  /** May keep the bytes; the caller gives them up. */
  decode(bytes: Uint8Array): T;
  /** Plain data that two values share exactly when they are the same value: what is hashed. */
  identity(value: T): unknown;
  /** What a person sees. @default the name of the type and its size */
  summarize?(value: T): ValueSummary;
}
