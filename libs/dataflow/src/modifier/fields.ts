import { MissingFieldError } from "../errors.ts";
import { callNode, markNode } from "../node/spec.ts";
import type { CHOICE, Chooses } from "../typed/choice-types.ts";
import { handsOut, mapItems } from "./each.ts";
import type { FanAs } from "../typed/fan-types.ts";
import type { Deps, Fn, Output } from "../typed/module-types.ts";
import type { NodeContext } from "../node-context.ts";

/** A node that takes one field of what `F` returns. */
export type FieldOf<F, K extends PropertyKey> = ((
  deps: Deps<F>,
  context?: NodeContext,
) => FieldValue<F, K>) &
  ChoiceOfField<F, K> &
  FanAs<F, FieldValue<F, K>>;

type FieldValue<F, K extends PropertyKey> = Output<F> extends infer R ? R[K & keyof R] : never;

/** A field of a choice is a choice of fields. */
type ChoiceOfField<F, K extends PropertyKey> = F extends {
  readonly [CHOICE]: {
    by: infer By extends string;
    branches: infer B;
    otherwise: infer O;
  };
}
  ? Chooses<
      By,
      { [V in keyof B]: (deps: Deps<B[V]>, context?: NodeContext) => FieldValue<B[V], K> },
      [O] extends [never] ? never : (deps: Deps<O>, context?: NodeContext) => FieldValue<O, K>
    >
  : unknown;

/**
 * Makes each field of a function's result a node of its own. The function runs once, however many of them are asked for.
 *
 * @throws {@link MissingFieldError} `dag/missing-field`, when a node runs and the result has no such field.
 * @example
 * export const { trainRows, validationRows } = fields(split);
 */
export function fields<F extends Fn>(
  fn: F,
): { readonly [K in keyof Output<F> & string]-?: FieldOf<F, K> } {
  const made = new Map<string, Fn>();
  const fieldNode = (field: string): Fn => {
    const known = made.get(field) ?? partNode(fn, field, takeField);
    made.set(field, known);
    return known;
  };
  // which fields there are is known to the type alone: one is made when it is taken
  return new Proxy(Object.freeze({}), {
    get: (_, field) => (typeof field === "string" ? fieldNode(field) : undefined),
  }) as { readonly [K in keyof Output<F> & string]-?: FieldOf<F, K> };
}

/** A node that takes a part of what `of` returns. */
export function partNode(
  of: Fn,
  part: string,
  take: (whole: unknown, part: string) => unknown,
): Fn {
  const takePart = (whole: unknown): unknown =>
    handsOut(of) ? mapItems(whole, (item) => take(item, part)) : take(whole, part);
  return markNode({ kind: "part", of, part, take }, (deps, context) => {
    const whole = callNode(of, deps, context);
    return whole instanceof Promise ? whole.then(takePart) : takePart(whole);
  });
}

function takeField(whole: unknown, field: string): unknown {
  if (typeof whole !== "object" || whole === null) throw new MissingFieldError(field, whole);
  if (!(field in whole)) throw new MissingFieldError(field, whole);
  // checked in the line above
  return (whole as Readonly<Record<string, unknown>>)[field];
}
