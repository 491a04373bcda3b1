import { InvalidColumnError } from "./errors.ts";

/** Integers below it stay exact, also where they were multiplied and divided on the way. */
const LIMIT = 1e15;

/**
 * The number nearest to an integer whose last `scale` digits stand behind the point.
 *
 * @throws {@link InvalidColumnError} `io/invalid-column` for more than 15 digits.
 */
export function decimalOf(column: string, integer: number, scale: number): number {
  if (Math.abs(integer) >= LIMIT)
    throw new InvalidColumnError(
      column,
      "has a decimal of more than 15 digits, which numbers do not keep: write it as text",
    );
  return integer / 10 ** scale;
}
