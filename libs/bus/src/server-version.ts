import { ServerTooOldError } from "./errors.ts";

/** Older servers drop features in silence. */
export const LOWEST_SERVER_VERSION = "2.10.23";

/** @throws {@link ServerTooOldError} `bus/server-too-old`. */
export function checkServerVersion(version: string): void {
  const found = numbersOf(version);
  const lowest = numbersOf(LOWEST_SERVER_VERSION);
  for (const [index, number] of lowest.entries()) {
    const have = found[index] ?? 0;
    if (have > number) return;
    if (have < number) throw new ServerTooOldError(version, LOWEST_SERVER_VERSION);
  }
}

function numbersOf(version: string): readonly number[] {
  return version.split(/[.-]/).slice(0, 3).map(Number);
}
