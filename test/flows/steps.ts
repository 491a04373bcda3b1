import type { NodeContext } from "weirflow";
import { passGate, recordEffect } from "./gates.ts";

/** Waits at its gate, then says which attempt it was. */
export const gated = async (
  { dir, gate }: { dir: string; gate: string },
  { attempt, signal }: NodeContext,
): Promise<number> => {
  recordEffect(dir, `${gate} begins ${attempt}`);
  await passGate(dir, `${gate}-${attempt}`, signal);
  return attempt;
};

/** The attempt that got through. */
export const passed = ({ gated }: { gated: number }): number => gated;
