import { toErrorRecord } from "@weirflow/errors";
import type { SpanError } from "./node-span.ts";

/** What a span tells of anything that was thrown, bounded in length. */
export function spanError(thrown: unknown): SpanError {
  const { code, message, stack } = toErrorRecord(thrown);
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return { message, name, stack, ...(code === "unknown" ? {} : { code }) };
}
