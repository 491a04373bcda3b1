import type { ChoiceValue } from "../typed/choice-types.ts";

/** The name of the branch that a value picks; `undefined` for what can pick none. */
export function choiceLabel(value: unknown): string | undefined {
  return isChoiceValue(value) ? String(value) : undefined;
}

function isChoiceValue(value: unknown): value is ChoiceValue {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
