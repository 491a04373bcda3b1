import { CommanderError } from "commander";
import { isWeirError } from "@weirflow/errors";

/** What `weir` exits with. */
export const ExitCode = {
  ok: 0,
  /** A run failed, or anything else that no other code says. */
  failed: 1,
  /** The command line, a flow or a parameter is wrong: nothing was done. */
  usage: 2,
  notFound: 3,
  unreachable: 4,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const BY_CODE: Readonly<Record<string, ExitCode>> = {
  "client/not-found": ExitCode.notFound,
  "client/unreachable": ExitCode.unreachable,
  "client/denied": ExitCode.unreachable,
  "client/invalid-input": ExitCode.usage,
  "client/conflict": ExitCode.usage,
  "client/invalid-state": ExitCode.usage,
  "cli/usage": ExitCode.usage,
  "cli/flows-unloadable": ExitCode.usage,
  "flow/invalid": ExitCode.usage,
  "flow/invalid-schedule": ExitCode.usage,
  "config/invalid": ExitCode.usage,
  "dag/invalid": ExitCode.usage,
  "dag/source-syntax": ExitCode.usage,
};

/** The exit code for what a command threw. Help and the version are thrown too, and are fine. */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  return isWeirError(thrown) ? (BY_CODE[thrown.code] ?? ExitCode.failed) : ExitCode.failed;
}
