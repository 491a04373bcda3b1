import { createHash } from "node:crypto";
import type { BusMessage } from "@weirflow/bus";
import { type CloudEvent, cloudEventSchema, type Json, type JsonObject } from "@weirflow/contracts";

/** A message as triggers see it. */
export interface ReadEvent {
  readonly kind: "event";
  /** A CloudEvent as it is; anything else as an event of no type whose data is the message. */
  readonly event: JsonObject;
  readonly type: string | undefined;
  /** Names the message: what has the same key starts nothing again. */
  readonly key: string;
}

/** A message that can never start anything. */
export interface UnreadableEvent {
  readonly kind: "unreadable";
  readonly reason: string;
}

/** What of a message counts. */
export type EventMessage = Pick<
  BusMessage,
  "subject" | "data" | "headers" | "sequence" | "receivedAt" | "stream"
>;

/** Longer keys are hashed: an index entry of Postgres has an end. */
const MAX_KEY_CHARS = 500;

/**
 * Reads a message: on EVENTS it has to be a CloudEvent 1.0, elsewhere anything goes.
 *
 * Its key is the source and id of a CloudEvent, else its `Nats-Msg-Id`, else when and where the stream received it: a
 * stream that is created again counts from 1 again, but not at the same instant.
 */
export function readEvent(message: EventMessage): ReadEvent | UnreadableEvent {
  const { subject, data, headers, stream, receivedAt, sequence } = message;
  const body = parse(data);
  const parsed = cloudEventSchema.safeParse(body);
  if (parsed.success) {
    const { source, id, type } = parsed.data;
    return { kind: "event", event: asJson(parsed.data), type, key: keyOf("event", source, id) };
  }
  if (stream === "EVENTS") {
    const problems = parsed.error.issues.map(
      ({ path, message: text }) => `${path.join(".")} ${text}`,
    );
    return { kind: "unreadable", reason: `not a CloudEvent 1.0: ${problems.join("; ")}` };
  }
  const messageId = headers["Nats-Msg-Id"];
  const key =
    messageId === undefined
      ? keyOf("message", stream, `${receivedAt.toISOString()}/${sequence}`)
      : keyOf("id", stream, messageId);
  return { kind: "event", event: { subject, data: body }, type: undefined, key };
}

function keyOf(kind: string, source: string, id: string): string {
  // As JSON, so that no two pairs run together.
  const key = `${kind}:${JSON.stringify([source, id])}`.replaceAll("\0", "");
  if (key.length <= MAX_KEY_CHARS) return key;
  return `${kind}:sha256:${createHash("sha256").update(key).digest("hex")}`;
}

function asJson(event: CloudEvent): JsonObject {
  return event as unknown as JsonObject; // it was parsed from JSON; absent fields are absent
}

function parse(bytes: Uint8Array): Json {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text) as Json; // what JSON.parse returns is JSON
  } catch {
    return text;
  }
}
