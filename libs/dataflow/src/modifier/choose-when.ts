import { UnmatchedCaseError } from "../errors.ts";
import { callNode, markNode, type PickSpec } from "../node/spec.ts";
import type { Case, CasesNode } from "../typed/case-types.ts";
import type { Fn } from "../typed/module-types.ts";
import { pickCase, shownCase } from "./pick.ts";

/**
 * Makes a node of several functions, of which the first runs whose case fits: values of several keys, or a test of
 * keys. Without `otherwise`, one has to fit.
 *
 * Like the key of `choose`, the keys are inputs, known before the run: only what the function that is taken needs is
 * computed. A test is a plain function of them that takes them apart as a node does.
 *
 * @throws {@link UnmatchedCaseError} `dag/unmatched-case`, when called directly and no case fits.
 * @example
 * export const price = chooseWhen(
 *   [
 *     [{ region: "eu", tier: ["basic", "plus"] }, euPrice],
 *     [({ discount }: { discount: number }) => discount > 0, lowPrice],
 *   ],
 *   { otherwise: fullPrice },
 * );
 */
export function chooseWhen<const Cs extends readonly Case[], O extends Fn = never>(
  cases: Cs,
  { otherwise }: { readonly otherwise?: O } = {},
): CasesNode<Cs, O> {
  const spec: PickSpec = {
    kind: "pick",
    cases: cases.map(([when, of]) => ({ when, of })),
    otherwise,
  };
  return markNode(spec, (deps, context) => {
    const picked = pickCase(spec, deps);
    if (picked === undefined) throw new UnmatchedCaseError(spec.cases.map(shownCase));
    return callNode(picked.of, deps, context);
  }) as CasesNode<Cs, O>; // one of the functions, which all take a part of CasesDeps
}
