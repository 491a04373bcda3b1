import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Computes for ever and never looks at its signal. */
export const never = ({ dir }: { dir: string }): number => {
  writeFileSync(join(dir, "spinning.begun"), "");
  let turns = 0;
  while (turns >= 0) turns = (turns + 1) % 1_000_000;
  return turns;
};
