import { recordEffect } from "./gates.ts";

/** Half of a number. */
export const half = ({ of, side, dir }: { of: number; side: string; dir: string }): number => {
  recordEffect(dir, `half ${side}`);
  return of / 2;
};

/** Two halves together. */
export const whole = ({
  leftHalf,
  rightHalf,
  dir,
}: {
  leftHalf: number;
  rightHalf: number;
  dir: string;
}): number => {
  recordEffect(dir, "whole");
  return leftHalf + rightHalf;
};
