import { fileURLToPath } from "node:url";

/** The program of a slot, and the options that Node needs to run it. */
export interface SlotEntry {
  readonly url: URL;
  readonly path: string;
  readonly execArgv: readonly string[];
}

const CONDITION = "--conditions=@weirflow/source";

/**
 * The program that a slot runs: the source where this module runs from source, else what was compiled from it.
 *
 * A test runner resolves the source by itself, so the condition is given to the slot explicitly.
 */
export function slotEntry(): SlotEntry {
  const isSource = import.meta.url.endsWith(".ts");
  const url = new URL(`./slot-main.${isSource ? "ts" : "js"}`, import.meta.url);
  return { url, path: fileURLToPath(url), execArgv: isSource ? [CONDITION] : [] };
}
