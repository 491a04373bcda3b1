import { didYouMean } from "@weirflow/errors";
import { listNames } from "../errors.ts";
import type { GraphInput } from "../graph/graph-node.ts";
import type { GraphProblem } from "../graph/problem.ts";
import { choiceLabel } from "../modifier/choice-label.ts";
import type { ChoicePoint } from "../node/resolved-node.ts";

/** Values by name. */
export type Values = Readonly<Record<string, unknown>>;

/** What inputs are held against. */
export interface InputScope {
  readonly inputs: readonly GraphInput[];
  /** Names that may be given although nothing takes them. */
  readonly spare: readonly string[];
  /** Names of the nodes of the whole graph. */
  readonly isNode: (name: string) => boolean;
  /** Choices that were made when planning. */
  readonly fixed: Values;
}

/** Inputs that the plan does not take. */
export function unknownInputs(given: Values, scope: InputScope): readonly GraphProblem[] {
  const names = scope.inputs.map((input) => input.name);
  return Object.keys(given)
    .filter((name) => !names.includes(name) && !scope.spare.includes(name))
    .map((name) => unknownInput(name, names, scope));
}

function unknownInput(
  name: string,
  names: readonly string[],
  { isNode, fixed }: InputScope,
): GraphProblem {
  const code = "dag/unknown-input";
  if (Object.hasOwn(fixed, name))
    return {
      code,
      message: `input "${name}" was chosen when planning`,
      fix: "leave it out, or plan without that choice",
    };
  if (isNode(name))
    return {
      code,
      message: `"${name}" is made by a node, so it is no input`,
      node: name,
      fix: "pass it in `overrides` to replace what the node makes",
    };
  return {
    code,
    message: `the requested nodes take no input "${name}"${didYouMean(name, names)}`,
    fix: `they take ${listNames(names)}`,
  };
}

/** Overrides that replace nothing. */
export function unknownOverrides(
  overrides: Values,
  needed: readonly string[],
  isNode: (name: string) => boolean,
): readonly GraphProblem[] {
  return Object.keys(overrides)
    .filter((name) => !needed.includes(name))
    .map((name) => ({
      code: "dag/unknown-override",
      message: isNode(name)
        ? `the requested nodes do not need node "${name}", so overriding it does nothing`
        : `no node "${name}" to override${didYouMean(name, needed)}`,
      fix: isNode(name) ? "leave it out" : "override a node; values of inputs are passed as inputs",
    }));
}

/** A required input that was not given. */
export function missingInput(name: string, takers: readonly string[], given: Values): GraphProblem {
  const spare = Object.keys(given);
  return {
    code: "dag/missing-input",
    message: `input "${name}" is missing${didYouMean(name, spare)}`,
    ...(takers[0] === undefined ? {} : { node: takers[0] }),
    fix: `give it: ${listNames(takers)} ${takers.length === 1 ? "takes" : "take"} it`,
  };
}

/** A value that picks no branch. */
export function unmatchedChoice(
  { key, values, cases, needs = [] }: Omit<ChoicePoint, "hasOtherwise">,
  value: unknown,
): GraphProblem {
  const label = choiceLabel(value);
  if (cases !== undefined)
    return {
      code: "dag/unmatched-choice",
      message: `no case of the choice by "${key}" fits: there are ${withNeeds(cases, needs)}`,
      fix: "give values that one of them takes, or add `otherwise`",
    };
  const shown = label === undefined ? typeof value : `"${label}"`;
  return {
    code: "dag/unmatched-choice",
    message: `choice "${key}" has no branch for ${shown}${didYouMean(label ?? "", values)}`,
    fix: `give one of ${withNeeds(values, needs)}, or add \`otherwise\``,
  };
}

/** Variants, each with what it needs. */
function withNeeds(variants: readonly string[], needs: readonly (readonly string[])[]): string {
  return variants
    .map((variant, i) => {
      const own = needs[i] ?? [];
      return own.length === 0 ? `"${variant}"` : `"${variant}" (needs ${listNames(own)})`;
    })
    .join(", ");
}
