import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Says that `name` has begun, then waits until the test opens its gate: the file `<name>.go`. */
export async function passGate(dir: string, name: string, signal: AbortSignal): Promise<void> {
  writeFileSync(join(dir, `${name}.begun`), "");
  while (!existsSync(join(dir, `${name}.go`))) await pause(20, undefined, { signal });
}

/** Records an effect that a test counts. */
export function recordEffect(dir: string, effect: string): void {
  appendFileSync(join(dir, "effects"), `${effect}\n`);
}
