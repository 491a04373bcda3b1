import type { ChoicePoint } from "../node/resolved-node.ts";
import { callNode, type PickCase, type PickSpec } from "../node/spec.ts";
import type { Fn } from "../typed/module-types.ts";
import { choiceLabel } from "./choice-label.ts";

/** The case that fits, or that of `otherwise`. */
export function pickCase(
  { cases, otherwise }: PickSpec,
  config: Readonly<Record<string, unknown>>,
): PickCase | undefined {
  const found = cases.find(({ when }) => fits(when, config));
  return found ?? (otherwise === undefined ? undefined : { when: {}, of: otherwise });
}

function fits(when: PickCase["when"], config: Readonly<Record<string, unknown>>): boolean {
  if (isTest(when)) return callNode(when, config, undefined) === true;
  return Object.entries(when).every(([key, wanted]) => {
    const label = choiceLabel(config[key]);
    return label !== undefined && valuesOf(wanted).includes(label);
  });
}

/** Whether a case is told by a test. */
export function isTest(when: PickCase["when"]): when is Fn {
  return typeof when === "function";
}

function valuesOf(wanted: unknown): readonly string[] {
  return (Array.isArray(wanted) ? wanted : [wanted]).map(String);
}

/** What a key may be: anything, where a test looks at it or there is `otherwise`. */
export function pickPoint({ cases, otherwise }: PickSpec, key: string): ChoicePoint {
  const maps = cases.flatMap(({ when }) => (isTest(when) ? [] : [when]));
  const named = maps.filter((when) => Object.hasOwn(when, key));
  return {
    key,
    values: [...new Set(named.flatMap((when) => valuesOf(when[key])))],
    hasOtherwise: otherwise !== undefined || named.length < cases.length,
    cases: cases.map(shownCase),
  };
}

/** Which case was taken: `region=eu&tier=1`, or `case 2` for a test. */
export function caseLabel({ cases }: PickSpec, { when, of }: PickCase): string {
  const at = cases.findIndex((each) => each.of === of && each.when === when);
  if (at === -1) return "otherwise";
  return isTest(when) ? `case ${at + 1}` : shownMap(when);
}

/** What a case needs, for people. */
export function shownCase({ when }: PickCase, at: number): string {
  return isTest(when)
    ? `case ${at + 1}: ${Function.prototype.toString.call(when)}`
    : shownMap(when);
}

function shownMap(when: Readonly<Record<string, unknown>>): string {
  return Object.entries(when)
    .map(([key, wanted]) => `${key}=${valuesOf(wanted).join("|")}`)
    .join("&");
}
