import { bind, type Binding } from "../modifier/bind.ts";
import {
  callNode,
  markNode,
  partName,
  type PipeSpec,
  specOf,
  type StepSpec,
} from "../node/spec.ts";
import type { Fn } from "../typed/module-types.ts";
import type { NodeDefinition } from "./collect-nodes.ts";
import type { GraphProblem } from "./problem.ts";

/** Adds a node for each step of a pipe, and for what its function gives; the pipe's own node takes the last of them. */
export function addPipes(definitions: Map<string, NodeDefinition>): readonly GraphProblem[] {
  const problems: GraphProblem[] = [];
  // the walk comes to what is added, too, which may be a pipe itself
  for (const definition of definitions.values()) {
    const pipe = pipeIn(definition.fn);
    if (pipe === undefined) continue;
    const parts = partsOf(pipe, definition.name);
    for (const [name, fn] of parts.nodes) {
      if (definitions.has(name)) problems.push(twice(name, definition.name));
      definitions.set(name, { ...definition, name, fn });
    }
    const fn = withOptions(definition.fn, pass(parts.last));
    definitions.set(definition.name, { ...definition, fn });
  }
  return problems;
}

function pipeIn(fn: Fn): PipeSpec | undefined {
  const spec = specOf(fn);
  if (spec?.kind === "options") return pipeIn(spec.of);
  return spec?.kind === "pipe" ? spec : undefined;
}

function partsOf(
  { of, before, after }: PipeSpec,
  owner: string,
): { readonly nodes: readonly (readonly [string, Fn])[]; readonly last: string } {
  const nodes: (readonly [string, Fn])[] = [];
  const made: Record<string, string> = {};
  for (const [i, step] of before.entries()) {
    const { dependency = "" } = step;
    const name = partName(owner, step.name ?? `before${i + 1}`);
    nodes.push([name, stepNode(step, made[dependency] ?? dependency)]);
    made[dependency] = name;
  }
  let last = partName(owner, "raw");
  nodes.push([last, before.length === 0 ? of : bound(of, made)]);
  for (const [i, step] of after.entries()) {
    const name = partName(owner, step.name ?? `after${i + 1}`);
    nodes.push([name, stepNode(step, last)]);
    last = name;
  }
  return { nodes, last };
}

function stepNode({ fn, takes, bindings, when }: StepSpec, source: string): Fn {
  const always = bound(fn, { ...bindings, [takes]: source });
  if (when === undefined) return always;
  return markNode(
    { kind: "pick", cases: [{ when, of: always }], otherwise: pass(source) },
    (deps, context) => callNode(always, deps, context),
  );
}

function pass(source: string): Fn {
  return bind(({ value }: { value: unknown }) => value, { value: source });
}

function bound(fn: Fn, bindings: Readonly<Record<string, Binding>>): Fn {
  // the types of `pipe` and `step` held the bindings against the function
  return bind(fn as (deps: Readonly<Record<string, unknown>>) => unknown, bindings);
}

/** The options of a pipe around another function. */
function withOptions(fn: Fn, of: Fn): Fn {
  const spec = specOf(fn);
  if (spec?.kind !== "options") return of;
  return markNode({ ...spec, of: withOptions(spec.of, of) }, (deps, context) =>
    callNode(of, deps, context),
  );
}

function twice(name: string, node: string): GraphProblem {
  return {
    code: "dag/duplicate",
    message: `"${name}" is made by two steps, or by a step and another node`,
    node,
    fix: "give each step a name of its own",
  };
}
