import { didYouMean } from "@weirflow/errors";
import { listNames } from "../errors.ts";
import { type Binding, boundNames, rebind } from "../modifier/bind.ts";
import type { Dependency, ParameterFault } from "./parameters.ts";
import {
  type KnownChoices,
  mergeDependencies,
  type ResolvedNode,
  type ResolveScope,
  type Resolving,
} from "./resolved-node.ts";
import type { NodeSpec } from "./spec.ts";

/** A node whose function takes other names than it says. */
export function resolveBind(
  { of, bindings }: Extract<NodeSpec, { kind: "bind" }>,
  { known, scope, resolve }: Pick<Resolving, "known" | "scope" | "resolve">,
): ResolvedNode {
  // the parts of a bound function are its own: it runs with other dependencies than the shared source
  const apart: ResolveScope = { ...scope, sourceOf: () => undefined, holds: () => false };
  const inner = resolve(of, boundChoices(bindings, known), apart);
  return {
    ...rebound(inner, bindings),
    faults: [...inner.faults, ...unknownBindings(bindings, inner)],
  };
}

/** A node for other dependencies. */
export function rebound(
  inner: ResolvedNode,
  bindings: Readonly<Record<string, Binding>>,
): ResolvedNode {
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

/** What is known, under the names that the inner function uses. */
export function boundChoices(
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
