import { branchFor } from "../modifier/choose.ts";
import { caseLabel, isTest, pickCase, pickPoint } from "../modifier/pick.ts";
import type { Fn } from "../typed/module-types.ts";
import type { Dependency, ParameterFault } from "./parameters.ts";
import {
  type ChoicePoint,
  mergeDependencies,
  type ResolvedNode,
  type Resolving,
  type ResolveScope,
} from "./resolved-node.ts";
import { asNodeFunction, type NodeSpec, type PickSpec } from "./spec.ts";

/** A node that is one of several functions: the one that is picked, or all of them while that is open. */
export function resolveChoose(
  spec: Extract<NodeSpec, { kind: "choose" }>,
  { known, scope, fn, resolve }: Resolving,
): ResolvedNode {
  const { key, branches, otherwise } = spec;
  if (known.has(key)) {
    const branch = branchFor(branches, otherwise, known.get(key));
    if (branch !== undefined) return taken(spec, branch, resolve(branch, known, scope));
  }
  const all =
    otherwise === undefined ? Object.values(branches) : [...Object.values(branches), otherwise];
  const resolved = all.map((branch) => resolve(branch, known, scope));
  const hasOtherwise = otherwise !== undefined;
  const values = Object.keys(branches);
  const point: ChoicePoint = { key, values, hasOtherwise, needs: needsOf(resolved) };
  return {
    dependencies: mergeDependencies([
      { name: key, required: !hasOtherwise },
      ...resolved.flatMap((branch) => branch.dependencies),
    ]),
    call: asNodeFunction(fn),
    usesContext: resolved.some((branch) => branch.usesContext),
    readsNames: false,
    options: {},
    choices: [point, ...resolved.flatMap((branch) => branch.choices)],
    variant: "",
    faults: resolved.flatMap((branch) => branch.faults),
  };
}

function taken(
  { key, branches }: Extract<NodeSpec, { kind: "choose" }>,
  branch: Fn,
  inner: ResolvedNode,
): ResolvedNode {
  const label = Object.keys(branches).find((name) => branches[name] === branch) ?? "otherwise";
  const own = `${key}=${label}`;
  return { ...inner, variant: inner.variant === "" ? own : `${own},${inner.variant}` };
}

/** The same where several keys pick, or tests of them. */
export function resolvePick(
  spec: PickSpec,
  { known, scope, fn, resolve }: Resolving,
): ResolvedNode {
  const keys = mergeDependencies(pickKeys(spec, scope));
  const unknown = keys.filter(({ name }) => !known.has(name));
  const picked = unknown.length === 0 ? pickCase(spec, Object.fromEntries(known)) : undefined;
  if (picked !== undefined) {
    const inner = resolve(picked.of, known, scope);
    const own = caseLabel(spec, picked);
    return { ...inner, variant: inner.variant === "" ? own : `${own},${inner.variant}` };
  }
  const all = [
    ...spec.cases.map(({ of }) => of),
    ...(spec.otherwise === undefined ? [] : [spec.otherwise]),
  ];
  const resolved = all.map((branch) => resolve(branch, known, scope));
  // what is not known comes first: the planner decides the first choice of a node
  const points = [...unknown, ...keys.filter(({ name }) => known.has(name))].map(({ name }) => ({
    ...pickPoint(spec, name),
    needs: needsOf(resolved),
  }));
  return {
    dependencies: mergeDependencies([
      ...keys,
      ...resolved.flatMap((branch) => branch.dependencies),
    ]),
    call: asNodeFunction(fn),
    usesContext: resolved.some((branch) => branch.usesContext),
    readsNames: false,
    options: {},
    choices: [...points, ...resolved.flatMap((branch) => branch.choices)],
    variant: "",
    faults: [...pickFaults(spec, scope), ...resolved.flatMap((branch) => branch.faults)],
  };
}

function needsOf(branches: readonly ResolvedNode[]): readonly (readonly string[])[] {
  return branches.map(({ dependencies }) =>
    dependencies.flatMap(({ name, required }) => (required ? [name] : [])),
  );
}

/** The keys that the cases look at. */
function pickKeys(
  { cases, otherwise }: PickSpec,
  { parametersOf }: ResolveScope,
): readonly Dependency[] {
  return cases.flatMap(({ when }) =>
    isTest(when)
      ? parametersOf(when).dependencies
      : Object.keys(when).map((name) => ({ name, required: otherwise === undefined })),
  );
}

function pickFaults(
  { cases }: PickSpec,
  { parametersOf }: ResolveScope,
): readonly ParameterFault[] {
  return cases.flatMap(({ when }) => {
    const fault = isTest(when) ? parametersOf(when).fault : undefined;
    return fault === undefined
      ? []
      : [{ ...fault, message: `chooses by a test that ${fault.message}` }];
  });
}
