import { type Codecs, decodeValue, summarize } from "@weirflow/values";
import type { Job, JobInput, RecordedInput } from "../slot/slot-messages.ts";
import type { ValueHashes } from "./value-hashes.ts";

/** The inputs of a graph, and what lineage says about them. */
export interface DecodedInputs {
  readonly values: Readonly<Record<string, unknown>>;
  readonly recorded: readonly RecordedInput[];
}

/**
 * Reads the inputs of a job. Of a record, its parts that other tasks made are recorded too, as `input.field`.
 *
 * @throws ValueNotDecodableError `values/not-decodable`, UnknownCodecError `values/unknown-codec`.
 */
export function decodeInputs(
  inputs: Job["inputs"],
  codecs: Codecs,
  hashes: ValueHashes,
): DecodedInputs {
  const values: Record<string, unknown> = {};
  const recorded: RecordedInput[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const parts: RecordedInput[] = [];
    const value = decode(name, input, { codecs, parts });
    values[name] = value;
    if (input.kind !== "value")
      recorded.push({
        name,
        valueHash: hashes.of(value, name),
        summary: summarize(value, codecs),
      });
    recorded.push(...parts);
  }
  return { values, recorded };
}

interface Decoding {
  readonly codecs: Codecs;
  /** Values that other tasks made, as they are found. */
  readonly parts: RecordedInput[];
}

function decode(path: string, input: JobInput, decoding: Decoding): unknown {
  if (input.kind === "json") return input.value;
  if (input.kind === "record")
    return Object.fromEntries(
      Object.entries(input.of).map(([key, part]) => [
        key,
        decode(`${path}.${key}`, part, decoding),
      ]),
    );
  const { codec, bytes, valueHash, from } = input;
  const value = decodeValue(codec, bytes, decoding.codecs);
  decoding.parts.push({ name: path, valueHash, from, summary: summarize(value, decoding.codecs) });
  return value;
}
