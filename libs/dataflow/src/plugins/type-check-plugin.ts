import { mismatchesIn } from "../check/parse-schema.ts";
import type { StandardSchema } from "../check/schema-check.ts";
import { AsyncSchemaError, type Mismatch, SchemaMismatchError } from "../errors.ts";
import { mapItems } from "../modifier/each.ts";
import type { NodeCall, Plugin } from "../plan/plugin.ts";
import { andThen } from "../plan/promises.ts";

/** Schemas of zod, or of any library with the Standard Schema interface, by the names of nodes and inputs. */
export type Schemas = Readonly<Record<string, StandardSchema>>;

/**
 * Checks while a run goes on that values are what their types say, where the compiler cannot: what is given to it before
 * anything runs, and what each node makes, also where that comes from a cache. Values are not changed.
 *
 * What is given wrongly refuses the run with all mismatches; a node with a wrong value fails. Put it before a cache, so that
 * it sees what that gives.
 *
 * @throws {@link SchemaMismatchError} `dag/schema-mismatch`; of a node, as the cause of a `NodeError`.
 * @throws {@link AsyncSchemaError} `dag/async-schema`, when a schema answers with a promise.
 * @example
 * const types = typeCheckPlugin({ rows: z.array(row), price: z.number() });
 * await plan.run(inputs, { plugins: [types] });
 */
export function typeCheckPlugin(schemas: Schemas): Plugin {
  const byName = new Map(Object.entries(schemas));
  return {
    name: "weirflow.types",
    onRunStart: ({ given }) => {
      const mismatches = Object.entries(given).flatMap(([name, value]) => {
        const schema = byName.get(name);
        return schema === undefined ? [] : misfits(schema, value, `what is given as "${name}"`);
      });
      if (mismatches.length > 0) throw new SchemaMismatchError(mismatches);
    },
    around: (call, next) => {
      const schema = byName.get(call.node.name);
      return schema === undefined ? next() : andThen(next(), (made) => checked(call, schema, made));
    },
  };
}

function checked({ node: { name, kind } }: NodeCall, schema: StandardSchema, made: unknown) {
  const check = (subject: string, value: unknown): unknown => {
    const mismatches = misfits(schema, value, subject);
    if (mismatches.length > 0) throw new SchemaMismatchError(mismatches);
    return value;
  };
  if (kind !== "each") return check(`the value of node "${name}"`, made);
  return mapItems(made, (item) => check(`an item of node "${name}"`, item));
}

function misfits(schema: StandardSchema, value: unknown, subject: string): readonly Mismatch[] {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw new AsyncSchemaError(subject);
  return mismatchesIn(result, value, subject);
}
