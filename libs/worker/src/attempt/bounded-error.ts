import type { ErrorRecord } from "@weirflow/errors";

/** The facts of an error may take so much of a message. */
const MAX_DATA_CHARS = 16_384;

/** An error whose facts fit in a message; facts that do not fit, or are no JSON, are left out. */
export function boundedError(record: ErrorRecord): ErrorRecord {
  const { data, cause, ...rest } = record;
  return {
    ...rest,
    ...(data === undefined || !fits(data) ? {} : { data }),
    ...(cause === undefined ? {} : { cause: boundedError(cause) }),
  };
}

function fits(data: unknown): boolean {
  try {
    return JSON.stringify(data).length <= MAX_DATA_CHARS;
  } catch {
    return false;
  }
}
