import type { PipeSpec, StepSpec } from "../node/spec.ts";
import type { NodeContext } from "../node-context.ts";
import type { CaseDeps, CaseTest } from "../typed/case-types.ts";
import type { FanAs } from "../typed/fan-types.ts";
import type { Deps, Fn, Output, Show } from "../typed/module-types.ts";
import type { Binding, BindingsOf, Bound } from "./bind.ts";
import { wholeNode } from "./whole.ts";

declare const STEP: unique symbol;

/** A step of a pipe: takes a value of type `In` and gives one of type `Out`, with whatever else it needs. */
export interface Step<In, Out, Needs> extends StepSpec {
  readonly [STEP]?: { readonly in: (value: In) => void; readonly out: Out; readonly needs: Needs };
}

/** How a function stands in a pipe. */
export interface StepOptions<T, B, W> {
  /** The dependency that takes the value. */
  readonly takes: T;
  /** The step is the node `owner.name`. @default its place: `before1`, `after1` */
  readonly name?: string;
  /** What stands for its other dependencies, as in `bind`. */
  readonly bindings?: B;
  /** When the step runs: values of keys, or a test of keys, as in `chooseWhen`. Else the value passes by. */
  readonly when?: W;
}

/** A node with steps before and after its function, and that fans out as `F` does. */
export type PipeNode<D, R, F = unknown> = FanAs<F, R> &
  ((deps: D, context?: NodeContext) => Promise<R>) & {
    /** Adds a step that makes what the function gets for `dependency`; it runs before those that are there. */
    before<const K extends keyof D & string, In, N>(
      dependency: K,
      step: Step<In, NoInfer<D[K]>, N>,
    ): PipeNode<Show<Omit<D, K> & { [P in K]: In } & N>, R, F>;
    /** Adds a step on the value, behind those that are there. */
    after<Out, N>(step: Step<NoInfer<R>, Out, N>): PipeNode<Show<D & N>, Out, F>;
  };

/**
 * A step of a pipe.
 *
 * @example
 * step(round, { takes: "value", name: "rounded", when: { exact: false } });
 */
export function step<
  F extends Fn,
  const T extends keyof Deps<F> & string,
  const M extends Readonly<Record<string, Binding>> = {},
  const W extends CaseTest = never,
>(
  fn: F,
  { takes, name, bindings, when }: StepOptions<T, BindingsOf<F, M>, W>,
): Step<
  Deps<F>[T],
  Output<F> | ([W] extends [never] ? never : Deps<F>[T]),
  Bound<Omit<Deps<F>, T>, M> & CaseDeps<W>
> {
  return { fn, takes, name, bindings: bindings ?? {}, when };
}

/**
 * Puts steps before and after a function, each a node that one can see and ask for: `price.rounded`, and `price.raw` for
 * what the function itself gives. The function is not changed. `node(…)` goes around the whole pipe.
 *
 * Called directly, it computes all steps and gives a promise.
 *
 * @example
 * export const price = pipe(netPrice)
 *   .before("cost", step(parseCost, { takes: "text", name: "parsed" }))
 *   .after(step(round, { takes: "value", name: "rounded", when: { exact: false } }));
 */
export function pipe<F extends Fn>(fn: F): PipeNode<Deps<F>, Output<F>, F> {
  // the steps are held together by the types of `before` and `after`
  return pipeNode({ of: fn, before: [], after: [] }) as PipeNode<Deps<F>, Output<F>, F>;
}

type PipeParts = Pick<PipeSpec, "of" | "before" | "after">;

function pipeNode(parts: PipeParts): Fn {
  const { before, after } = parts;
  const made = wholeNode((inputsOf) => ({ kind: "pipe", ...parts, inputsOf }));
  return Object.defineProperties(made, {
    before: {
      value: (dependency: string, first: StepSpec) =>
        pipeNode({ ...parts, before: [{ ...first, dependency }, ...before] }),
    },
    after: { value: (last: StepSpec) => pipeNode({ ...parts, after: [...after, last] }) },
  });
}
