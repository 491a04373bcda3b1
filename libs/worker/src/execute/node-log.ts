import type { NodeContext } from "@weirflow/dataflow";
import { preview } from "@weirflow/values";
import type { SlotLine } from "../slot/slot-messages.ts";

const MAX_MESSAGE_CHARS = 10_000;
const MAX_FIELDS_CHARS = 16_384;

type Level = SlotLine["level"];
type Fields = Readonly<Record<string, unknown>>;

/** The log of one node: `log(message, fields)`, or `log.warn(message, fields)` for another level. */
export function nodeLog(node: string, take: (line: SlotLine) => void): NodeContext["log"] {
  const at =
    (level: Level) =>
    (message: string, fields?: Fields): void =>
      take(lineOf(node, level, message, fields));
  return Object.assign(at("info"), {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  });
}

function lineOf(node: string, level: Level, message: string, fields?: Fields): SlotLine {
  const line = {
    node,
    level,
    at: new Date().toISOString(),
    message: message.slice(0, MAX_MESSAGE_CHARS),
  };
  return fields === undefined ? line : { ...line, fields: asJson(fields) };
}

/** What crosses threads and the bus is JSON of bounded size; what is not is shown as a text. */
function asJson(fields: Fields): Record<string, unknown> {
  try {
    const text = JSON.stringify(fields);
    // An object written as JSON is an object again.
    if (text.length <= MAX_FIELDS_CHARS) return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Cycles and BigInt have no JSON.
  }
  return { preview: preview(fields) };
}
