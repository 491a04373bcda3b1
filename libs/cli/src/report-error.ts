import { isWeirError, toErrorRecord } from "@weirflow/errors";
import { CommanderError } from "commander";
import { exitCodeOf } from "./exit-code.ts";

/** Where errors are told. */
export interface ReportOptions {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
  readonly isJson: boolean;
  readonly signal: AbortSignal;
}

/**
 * Tells why a command ended: what failed and what to do next on standard error, and one JSON object under `--json`.
 *
 * Commander has told its own errors already; being stopped by Ctrl-C is none.
 */
export function reportError(thrown: unknown, { out, err, isJson, signal }: ReportOptions): void {
  if (thrown instanceof CommanderError || signal.aborted) return;
  const { code, message, hint, data } = toErrorRecord(thrown);
  if (isJson)
    out.write(`${JSON.stringify({ error: { code, message, hint, ...data } }, null, 2)}\n`);
  err.write(`weir: ${message}\n`);
  if (hint !== undefined && exitCodeOf(thrown) !== 0) err.write(`  ${hint}\n`);
  if (!isWeirError(thrown) && thrown instanceof Error) err.write(`${thrown.stack ?? ""}\n`);
}
