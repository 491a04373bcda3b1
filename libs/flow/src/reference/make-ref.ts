import type { Expression } from "@weirflow/contracts";
import type * as z from "zod";
import { NoSuchFieldError, ReferenceUsedError } from "../errors.ts";
import { type DocShape, docShape } from "./doc-shape.ts";

/** Under this a reference tells what it stands for. Registered, so that two copies of this package agree. */
const EXPRESSION: unique symbol = Symbol.for("weirflow.expression");

/** Kinds of expressions whose fields are references too. */
type DocExpression = Extract<Expression, { kind: "param" | "config" | "event" }>;

/** The expression that a reference stands for; `undefined` for any other value. */
export function expressionOf(value: unknown): Expression | undefined {
  return typeof value === "object" && value !== null
    ? (value as { readonly [EXPRESSION]?: Expression })[EXPRESSION] // set by references alone
    : undefined;
}

/** A reference to a document, whose fields are references as far as its schema knows them. */
export function makeDoc(expression: DocExpression, schema: z.core.$ZodType | undefined): object {
  const shape = docShape(schema);
  const fields = new Map<string, object>();
  const field = (key: string): object => {
    const made =
      fields.get(key) ??
      makeDoc({ ...expression, path: [...expression.path, key] }, fieldSchema(shape, key));
    fields.set(key, made);
    return made;
  };
  return proxyOf(expression, shape, field);
}

/** A reference whose parts cannot be asked for. */
export function makeRef(expression: Expression): object {
  return proxyOf(expression, { kind: "leaf" }, () => ({}));
}

/** What a reference is called in messages, e.g. `params.rawData`. */
export function nameOf(expression: Expression): string {
  switch (expression.kind) {
    case "param":
      return ["params", ...expression.path].join(".");
    case "config":
      return ["config", expression.config, ...expression.path].join(".");
    case "event":
      return ["event", ...expression.path].join(".");
    case "output":
      return `${expression.call}.${expression.output}`;
    default:
      return `${expression.kind}(…)`;
  }
}

function fieldSchema(shape: DocShape, key: string): z.core.$ZodType | undefined {
  if (shape.kind === "any") return shape.value;
  return shape.kind === "fields" ? shape.fields.get(key) : undefined;
}

function hasField(shape: DocShape, key: string): boolean {
  return shape.kind === "any" || (shape.kind === "fields" && shape.fields.has(key));
}

/** Everything but passing it on, and asking a document for a field, throws: the value does not exist yet. */
function proxyOf(expression: Expression, shape: DocShape, field: (key: string) => object): object {
  const name = nameOf(expression);
  const refuse = (what: string, instead: string): never => {
    throw new ReferenceUsedError(name, what, instead);
  };
  const names = shape.kind === "fields" ? [...shape.fields.keys()] : undefined;
  const ask = (key: string): unknown => {
    if (hasField(shape, key)) return field(key);
    const used = uses.get(key);
    if (used !== undefined) return used(refuse);
    if (names !== undefined) throw new NoSuchFieldError(name, key, names);
    return refuse(`asked for ".${key}"`, fieldAdvice(expression));
  };
  return new Proxy(
    {},
    {
      get: (_, key) => {
        if (key === EXPRESSION) return expression;
        return typeof key === "string" ? ask(key) : askSymbol(key, refuse);
      },
      has: () => refuse("searched", "do it inside a node"),
      set: () => refuse("changed", "make a new value inside a node"),
      ownKeys: () => names ?? refuse("spread", "name the fields one by one"),
      getOwnPropertyDescriptor: (_, key) =>
        typeof key === "string" && names?.includes(key) === true
          ? { enumerable: true, configurable: true, value: field(key) }
          : undefined,
    },
  );
}

type Refuse = (what: string, instead: string) => never;

const intoText = (refuse: Refuse) => (): never =>
  refuse("put into text", "write text`…${reference}…`, or do it inside a node");
const forEachElement = (refuse: Refuse): never =>
  refuse("taken apart", "pass the list whole, and go through it inside a node");

/** What code does to a value by asking for these names. */
const uses: ReadonlyMap<string, (refuse: Refuse) => unknown> = new Map([
  ["toString", intoText],
  ["valueOf", intoText],
  ["toJSON", (refuse: Refuse) => () => refuse("serialised", "pass it to a task")],
  ["then", (refuse: Refuse) => refuse("awaited", "pass it to a task; `run` is not async")],
  ...["map", "filter", "forEach", "length"].map((name) => [name, forEachElement] as const),
]);

function askSymbol(key: symbol, refuse: Refuse): unknown {
  if (key === Symbol.toPrimitive)
    return (hint: string) =>
      hint === "string" ? intoText(refuse)() : refuse("computed with", "compute inside a node");
  return key === Symbol.iterator ? forEachElement(refuse) : undefined;
}

function fieldAdvice(expression: Expression): string {
  return expression.kind === "output"
    ? "make the field a node with fields(…) and ask the task for it"
    : "read it inside a node";
}
