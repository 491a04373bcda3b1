import type * as z from "zod";
import { MalformedMessageError } from "./errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Writes a message as UTF-8 JSON. */
export function encodeMessage(message: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(message));
}

/**
 * Reads a message and checks it against its schema. Unknown fields are dropped: a neighbour of a later version may send them.
 *
 * @throws {@link MalformedMessageError} `contracts/malformed-message`, naming the subject and every problem.
 * @example
 * const hint = decodeMessage(workHintSchema, message.data, message.subject);
 */
export function decodeMessage<S extends z.ZodType>(
  schema: S,
  data: Uint8Array,
  subject: string,
): z.output<S> {
  const parsed = schema.safeParse(parseJson(data, subject));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }));
  throw new MalformedMessageError(subject, problems, parsed.error);
}

function parseJson(data: Uint8Array, subject: string): unknown {
  try {
    return JSON.parse(decoder.decode(data));
  } catch (cause) {
    throw new MalformedMessageError(subject, [{ path: "", message: "not UTF-8 JSON" }], cause);
  }
}
