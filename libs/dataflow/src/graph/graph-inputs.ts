import type { GraphInput } from "./graph-node.ts";
import type { Reach } from "./reach.ts";

/** What a part of a graph takes from outside. */
export function inputsOf({ inputs, choices }: Reach): readonly GraphInput[] {
  return [...inputs].map(([name, { required }]) => {
    const choice = choices.get(name);
    if (choice === undefined) return { name, required };
    const { values, hasOtherwise } = choice;
    return { name, required, choice: { values, hasOtherwise } };
  });
}
