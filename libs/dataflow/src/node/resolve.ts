import { assertNever, didYouMean } from "@weirflow/errors";
import { listNames } from "../errors.ts";
import { boundNames, rebind, type Binding } from "../modifier/bind.ts";
import { choiceLabel } from "../modifier/choice-label.ts";
import { branchFor } from "../modifier/choose.ts";
import { caseLabel, isTest, pickCase, pickPoint } from "../modifier/pick.ts";
import type { NodeOptions } from "../modifier/node.ts";
import { settleAll } from "../plan/settled.ts";
import type { ChoiceValue } from "../typed/choice-types.ts";
import type { Fn } from "../typed/module-types.ts";
import type { Dependency, ParameterFault, Parameters } from "./parameters.ts";
import {
  asNodeFunction,
  callNode,
  type InnerSpec,
  type NodeFunction,
  type NodeSpec,
  type PickSpec,
  partName,
  specOf,
  type SubgraphInstance,
} from "./spec.ts";

/** An input that picks a branch, and the values that have one. */
export interface ChoicePoint {
  readonly key: string;
  /** Labels of the branches. */
  readonly values: readonly string[];
  /** Whether any other value, and none, picks a branch too. */
  readonly hasOtherwise: boolean;
  /** Each function and what it needs, where more than this key decides. */
  readonly cases?: readonly string[];
}

/** The choices that are made so far: values by key. A key that is present with `undefined` was left out on purpose. */
export type KnownChoices = ReadonlyMap<string, unknown>;

/** A node as it is once some choices are made: all that its modifiers say, flattened. */
export interface ResolvedNode {
  readonly dependencies: readonly Dependency[];
  readonly call: NodeFunction;
  readonly usesContext: boolean;
  /** Whether `call` reads the names of its dependencies and nothing else, whatever object it gets. */
  readonly readsNames: boolean;
  /** Whether it runs also on values that failed. */
  readonly takesFailures?: boolean;
  readonly options: NodeOptions<never>;
  /** Choices that are still open, the outermost first. */
  readonly choices: readonly ChoicePoint[];
  /** The branches that were taken, e.g. `task=regression`; empty for a node without choices. */
  readonly variant: string;
  readonly faults: readonly ParameterFault[];
}

/** What resolving needs to know about the graph around the node. */
export interface ResolveScope {
  readonly parametersOf: (fn: Fn) => Parameters;
  /** The name of the node that runs a function of `fields` or `columns` for all of its parts. */
  readonly sourceOf: (fn: Fn) => string | undefined;
  /** Whether the nodes of a subgraph are nodes; otherwise it runs as one function. */
  readonly holds: (instance: SubgraphInstance) => boolean;
}

/** Flattens what the modifiers of a function say, with the choices that are known. */
export function resolveNode(fn: Fn, known: KnownChoices, scope: ResolveScope): ResolvedNode {
  const spec = specOf(fn);
  switch (spec?.kind) {
    case undefined:
      return resolvePlain(fn, scope);
    case "options":
      return resolveOptions(spec, known, scope);
    case "bind":
      return resolveBind(spec, known, scope);
    case "choose":
      return resolveChoose(spec, known, scope, fn);
    case "part":
      return resolvePart(spec, known, scope, fn);
    case "settled":
      return resolveSettled(spec, known, scope);
    case "pick":
      return resolvePick(spec, known, scope, fn);
    case "pipe":
      return resolveWhole(spec.inputsOf, known, fn);
    case "inner":
      return resolveInner(spec, known, scope, fn);
    case "scoped":
      return resolveScoped(spec, known, scope);
    default:
      return assertNever(spec);
  }
}

function resolvePlain(fn: Fn, { parametersOf }: ResolveScope): ResolvedNode {
  const { dependencies, usesContext, isDestructured, fault } = parametersOf(fn);
  return {
    dependencies,
    call: asNodeFunction(fn),
    usesContext,
    readsNames: isDestructured,
    options: {},
    choices: [],
    variant: "",
    faults: fault === undefined ? [] : [fault],
  };
}

function resolveOptions(
  spec: Extract<NodeSpec, { kind: "options" }>,
  known: KnownChoices,
  scope: ResolveScope,
): ResolvedNode {
  const inner = resolveNode(spec.of, known, scope);
  const tags = { ...inner.options.tags, ...spec.options.tags };
  return { ...inner, options: { ...inner.options, ...spec.options, tags } };
}

function resolveSettled(
  { of }: Extract<NodeSpec, { kind: "settled" }>,
  known: KnownChoices,
  scope: ResolveScope,
): ResolvedNode {
  const inner = resolveNode(of, known, scope);
  const call: NodeFunction = (deps, context) => inner.call(settleAll(deps), context);
  return { ...inner, call, readsNames: false, takesFailures: true };
}

function resolvePart(
  { of, part, take }: Extract<NodeSpec, { kind: "part" }>,
  known: KnownChoices,
  scope: ResolveScope,
  fn: Fn,
): ResolvedNode {
  const source = scope.sourceOf(of);
  if (source === undefined)
    return { ...resolveNode(of, known, scope), options: {}, call: asNodeFunction(fn) };
  return taking(source, (whole) => take(whole, part));
}

/** A node that takes one other, or something of it. */
function taking(source: string, take: (value: unknown) => unknown = itself): ResolvedNode {
  return {
    dependencies: [{ name: source, required: true }],
    call: (deps) => take(deps[source]),
    usesContext: false,
    readsNames: true,
    options: {},
    choices: [],
    variant: "",
    faults: [],
  };
}

function itself(value: unknown): unknown {
  return value;
}

function resolveChoose(
  spec: Extract<NodeSpec, { kind: "choose" }>,
  known: KnownChoices,
  scope: ResolveScope,
  fn: Fn,
): ResolvedNode {
  const { key, branches, otherwise } = spec;
  if (known.has(key)) {
    const branch = branchFor(branches, otherwise, known.get(key));
    if (branch !== undefined) return taken(spec, branch, known, scope);
  }
  const all =
    otherwise === undefined ? Object.values(branches) : [...Object.values(branches), otherwise];
  const resolved = all.map((branch) => resolveNode(branch, known, scope));
  const hasOtherwise = otherwise !== undefined;
  const point: ChoicePoint = { key, values: Object.keys(branches), hasOtherwise };
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
  known: KnownChoices,
  scope: ResolveScope,
): ResolvedNode {
  const inner = resolveNode(branch, known, scope);
  const label = Object.keys(branches).find((name) => branches[name] === branch) ?? "otherwise";
  const own = `${key}=${label}`;
  return { ...inner, variant: inner.variant === "" ? own : `${own},${inner.variant}` };
}

function resolvePick(
  spec: PickSpec,
  known: KnownChoices,
  scope: ResolveScope,
  fn: Fn,
): ResolvedNode {
  const keys = mergeDependencies(pickKeys(spec, scope));
  const unknown = keys.filter(({ name }) => !known.has(name));
  const picked = unknown.length === 0 ? pickCase(spec, Object.fromEntries(known)) : undefined;
  if (picked !== undefined) {
    const inner = resolveNode(picked.of, known, scope);
    const own = caseLabel(spec, picked);
    return { ...inner, variant: inner.variant === "" ? own : `${own},${inner.variant}` };
  }
  const all = [
    ...spec.cases.map(({ of }) => of),
    ...(spec.otherwise === undefined ? [] : [spec.otherwise]),
  ];
  const resolved = all.map((branch) => resolveNode(branch, known, scope));
  // what is not known comes first: the planner decides the first choice of a node
  const points = [...unknown, ...keys.filter(({ name }) => known.has(name))].map(({ name }) =>
    pickPoint(spec, name),
  );
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

function resolveBind(
  { of, bindings }: Extract<NodeSpec, { kind: "bind" }>,
  known: KnownChoices,
  scope: ResolveScope,
): ResolvedNode {
  // the parts of a bound function are its own: it runs with other dependencies than the shared source
  const apart: ResolveScope = { ...scope, sourceOf: () => undefined, holds: () => false };
  const inner = resolveNode(of, boundChoices(bindings, known), apart);
  return {
    ...rebound(inner, bindings),
    faults: [...inner.faults, ...unknownBindings(bindings, inner)],
  };
}

/** A node for other dependencies. */
function rebound(inner: ResolvedNode, bindings: Readonly<Record<string, Binding>>): ResolvedNode {
  return {
    ...inner,
    dependencies: mergeDependencies(
      inner.dependencies.flatMap((dependency) => bindDependency(dependency, bindings)),
    ),
    call: (deps, context) => inner.call(rebind(bindings, deps), context),
    readsNames: false,
    choices: inner.choices.map((point) => ({ ...point, key: renamed(point.key, bindings) })),
  };
}

function resolveInner(
  { instance, node, inputsOf }: InnerSpec,
  known: KnownChoices,
  scope: ResolveScope,
  fn: Fn,
): ResolvedNode {
  if (!scope.holds(instance)) return resolveWhole(inputsOf, known, fn);
  return taking(partName(instance.namespace, node));
}

/** A node of a subgraph that runs with all that it needs as one function. */
function resolveWhole(inputsOf: InnerSpec["inputsOf"], known: KnownChoices, fn: Fn): ResolvedNode {
  const open = inputsOf({}).flatMap(({ name, choice }) => (choice === undefined ? [] : [name]));
  const made = Object.fromEntries(
    [...known].filter(
      (entry): entry is [string, ChoiceValue] =>
        open.includes(entry[0]) && choiceLabel(entry[1]) !== undefined,
    ),
  );
  const inputs = inputsOf(made);
  return {
    dependencies: inputs.map(({ name, required }) => ({ name, required })),
    call: (deps, context) => callNode(fn, { ...made, ...deps }, context),
    usesContext: true,
    readsNames: false,
    options: {},
    choices: inputs.flatMap(({ name, choice }) =>
      choice === undefined ? [] : [{ key: name, ...choice }],
    ),
    variant: Object.entries(made)
      .map(([key, picked]) => `${key}=${String(picked)}`)
      .join(","),
    faults: [],
  };
}

function resolveScoped(
  { of, scope: { instance, names, sources, nested } }: Extract<NodeSpec, { kind: "scoped" }>,
  known: KnownChoices,
  scope: ResolveScope,
): ResolvedNode {
  const { bindings, namespace } = instance;
  const inside: ResolveScope = {
    ...scope,
    sourceOf: (fn) => sources.get(fn),
    holds: (other) => nested.has(other),
  };
  const inner = resolveNode(of, boundChoices(bindings, known), inside);
  const taken = [...inner.dependencies, ...inner.choices.map(({ key }) => ({ name: key }))];
  const own = taken.flatMap(({ name }): [string, Binding][] => {
    if (names.has(name)) return [[name, partName(namespace, name)]];
    const binding = Object.hasOwn(bindings, name) ? bindings[name] : undefined;
    return binding === undefined ? [] : [[name, binding]];
  });
  return own.length === 0 ? inner : rebound(inner, Object.fromEntries(own));
}

/** What is known, under the names that the inner function uses. */
function boundChoices(
  bindings: Readonly<Record<string, Binding>>,
  known: KnownChoices,
): KnownChoices {
  const inner = new Map(known);
  for (const [name, binding] of Object.entries(bindings)) {
    inner.delete(name);
    if (typeof binding === "string") {
      if (known.has(binding)) inner.set(name, known.get(binding));
    } else if (binding.bind === "value") inner.set(name, binding.value);
  }
  return inner;
}

function renamed(key: string, bindings: Readonly<Record<string, Binding>>): string {
  const binding = bindings[key];
  return typeof binding === "string" ? binding : key;
}

function bindDependency(
  dependency: Dependency,
  bindings: Readonly<Record<string, Binding>>,
): readonly Dependency[] {
  const binding = Object.hasOwn(bindings, dependency.name) ? bindings[dependency.name] : undefined;
  if (binding === undefined) return [dependency];
  const required = typeof binding === "string" ? dependency.required : true;
  return boundNames(binding).map((name) => ({ name, required }));
}

function unknownBindings(
  bindings: Readonly<Record<string, Binding>>,
  inner: ResolvedNode,
): readonly ParameterFault[] {
  if (inner.faults.length > 0 || inner.variant !== "") return [];
  const taken = inner.dependencies.map((dependency) => dependency.name);
  return Object.keys(bindings)
    .filter((name) => !taken.includes(name))
    .map((name) => ({
      code: "dag/unknown-dependency",
      message: `binds "${name}", which its function does not take${didYouMean(name, taken)}`,
      fix: `the function takes ${listNames(taken)}`,
    }));
}

/** Each name once; required if any mention requires it. */
function mergeDependencies(mentions: readonly Dependency[]): readonly Dependency[] {
  const merged = new Map<string, Dependency>();
  for (const mention of mentions) {
    const known = merged.get(mention.name);
    if (known === undefined || (mention.required && !known.required))
      merged.set(mention.name, mention);
  }
  return [...merged.values()];
}
