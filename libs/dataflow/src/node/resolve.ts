import { assertNever } from "@weirflow/errors";
import { parseLater, parseNow } from "../check/parse-schema.ts";
import type { StandardSchema } from "../check/schema-check.ts";
import type { Binding } from "../modifier/bind.ts";
import { choiceLabel } from "../modifier/choice-label.ts";
import { andThen } from "../plan/promises.ts";
import { threadsOf } from "../plan/thread-call.ts";
import { settleAll } from "../plan/settled.ts";
import type { ChoiceValue } from "../typed/choice-types.ts";
import type { Fn } from "../typed/module-types.ts";
import { optionFaults } from "./option-faults.ts";
import { boundChoices, rebound, resolveBind } from "./resolve-bind.ts";
import { resolveChoose, resolvePick } from "./resolve-choice.ts";
import {
  type KnownChoices,
  type ResolvedNode,
  type ResolveScope,
  type Resolving,
  taking,
} from "./resolved-node.ts";
import {
  asNodeFunction,
  callNode,
  type InnerSpec,
  type NodeFunction,
  type NodeSpec,
  partName,
  type PipeSpec,
  type ScopedSpec,
  specOf,
} from "./spec.ts";

/** Flattens what the modifiers of a function say, with the choices that are known. */
export function resolveNode(fn: Fn, known: KnownChoices, scope: ResolveScope): ResolvedNode {
  const spec = specOf(fn);
  if (spec === undefined) return resolvePlain(fn, scope);
  const resolving: Resolving = { known, scope, fn, resolve: resolveNode };
  switch (spec.kind) {
    case "options":
      return resolveOptions(spec, known, scope);
    case "bind":
      return resolveBind(spec, resolving);
    case "choose":
      return resolveChoose(spec, resolving);
    case "part":
      return resolvePart(spec, known, scope, fn);
    case "fan":
      return { ...resolveNode(spec.of, known, scope), fan: spec.fan };
    case "settled":
      return resolveSettled(spec, known, scope);
    case "pick":
      return resolvePick(spec, resolving);
    default:
      return resolveComposed(spec, resolving);
  }
}

/** Resolves what is made of several nodes. */
function resolveComposed(
  spec: PipeSpec | InnerSpec | ScopedSpec,
  { known, scope, fn }: Resolving,
): ResolvedNode {
  switch (spec.kind) {
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
  const { thread } = spec.options;
  const placed = thread === undefined ? inner : inThread(inner, spec.of, thread);
  const options = { ...inner.options, ...spec.options, tags };
  const faults = [...placed.faults, ...optionFaults(spec.options)];
  const resolved = { ...placed, options, faults };
  return spec.options.schema === undefined ? resolved : withSchema(resolved, spec.options.schema);
}

/** The node whose function runs in another thread, where the run has some. */
function inThread(node: ResolvedNode, fn: Fn, module: string): ResolvedNode {
  const call: NodeFunction = (deps, context) => {
    const threads = threadsOf(context);
    if (threads === undefined || context === undefined) return node.call(deps, context);
    // all of it is copied to the thread, so it gets what it takes and nothing else
    const own = node.dependencies.flatMap(({ name }) =>
      Object.hasOwn(deps, name) ? [[name, deps[name]] as const] : [],
    );
    return threads.run({ module, fn, deps: Object.fromEntries(own), context });
  };
  return { ...node, call, usesContext: true };
}

/** The node whose value, or each of whose items, is what a schema makes of it. */
function withSchema(node: ResolvedNode, schema: StandardSchema): ResolvedNode {
  const { call, fan } = node;
  if (fan?.kind !== "each") {
    const parsing: NodeFunction = (deps, context) =>
      andThen(call(deps, context), (value) => parseLater(schema, value, "the value"));
    return { ...node, call: parsing };
  }
  const { parse: before } = fan;
  const parse = (item: unknown): unknown =>
    parseNow(schema, before === undefined ? item : before(item), "the item");
  return { ...node, fan: { ...fan, parse } };
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
  { of, scope: { instance, names, sources, nested } }: ScopedSpec,
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
