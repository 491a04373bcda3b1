import { parseSync, type Expression, type ParamPattern, type Program } from "oxc-parser";
import type { ProblemCode } from "../graph/problem.ts";
import type { Fn } from "../typed/module-types.ts";
import { headOf } from "./function-heads.ts";
import { usualHead } from "./usual-head.ts";

/** What a node needs: a name, and whether it can do without. */
export interface Dependency {
  readonly name: string;
  /** `false` where the parameter has a default value. */
  readonly required: boolean;
}

/** Why the parameters of a function are refused. */
export interface ParameterFault {
  readonly code: ProblemCode;
  readonly message: string;
  readonly fix: string;
}

/** What a function takes, read from its text. */
export interface Parameters {
  readonly dependencies: readonly Dependency[];
  /** Whether it declares a second parameter. */
  readonly usesContext: boolean;
  /** Whether it takes its first parameter apart, so that it can read nothing but the keys. */
  readonly isDestructured: boolean;
  readonly fault?: ParameterFault;
}

/** Functions parsed at once: a call of the parser costs more than what it reads of a usual function. */
const BATCH = 64;

/**
 * Reads from the text of a function the keys of the object that it takes.
 *
 * Faults are returned, not thrown: a graph collects them.
 */
export function readParameters(fn: Fn): Parameters {
  const text = textOf(fn);
  return usualParameters(text) ?? parseParameters(text);
}

/** The same for many functions; those that need a parser are parsed together, without what they do. */
export function readManyParameters(fns: readonly Fn[]): ReadonlyMap<Fn, Parameters> {
  const texts = fns.map(textOf);
  const usual = texts.map(usualParameters);
  const parsed = parseMany(texts.filter((_, i) => usual[i] === undefined)).values();
  // one is parsed for each that is not usual
  return new Map(fns.map((fn, i) => [fn, usual[i] ?? (parsed.next().value as Parameters)]));
}

/**
 * What a function takes, by its text alone and a parser.
 *
 * @internal
 */
export function parseParameters(text: string): Parameters {
  return parametersFrom(parsePatterns(text));
}

function parseMany(texts: readonly string[]): readonly Parameters[] {
  const parameters: Parameters[] = [];
  for (let from = 0; from < texts.length; from += BATCH) {
    const batch = texts.slice(from, from + BATCH);
    parameters.push(...(parseTogether(batch)?.map(parametersFrom) ?? batch.map(parseParameters)));
  }
  return parameters;
}

function usualParameters(text: string): Parameters | undefined {
  const head = usualHead(text);
  if (head === undefined) return undefined;
  const { keys, usesContext } = head;
  const dependencies = keys.map((name) => ({ name, required: true }));
  return { dependencies, usesContext, isDestructured: true };
}

function textOf(fn: Fn): string {
  return Function.prototype.toString.call(fn);
}

function parametersFrom(patterns: Patterns): Parameters {
  if (patterns === undefined) return faulty(unreadable);
  const [first, second, ...more] = patterns;
  if (more.length > 0) return faulty(positional(patterns));
  const usesContext = second !== undefined;
  if (first === undefined) return { dependencies: [], usesContext, isDestructured: true };
  const pattern = first.type === "AssignmentPattern" ? first.left : first;
  if (pattern.type === "Identifier" && pattern.name.startsWith("_"))
    return { dependencies: [], usesContext, isDestructured: false };
  if (pattern.type !== "ObjectPattern") return faulty(positional(patterns));
  return readKeys(pattern, usesContext, first.type === "AssignmentPattern");
}

type ObjectPattern = Extract<ParamPattern, { type: "ObjectPattern" }>;

function readKeys(pattern: ObjectPattern, usesContext: boolean, allOptional: boolean): Parameters {
  const dependencies: Dependency[] = [];
  for (const property of pattern.properties) {
    if (property.type === "RestElement") return faulty(rest);
    const name = keyName(property);
    if (name === undefined) return faulty(computed);
    const required = !allOptional && property.value.type !== "AssignmentPattern";
    dependencies.push({ name, required });
  }
  return { dependencies, usesContext, isDestructured: true };
}

function keyName(property: Exclude<ObjectPattern["properties"][number], { type: "RestElement" }>) {
  const { key, computed } = property;
  if (key.type === "Literal" && typeof key.value === "string") return key.value;
  return key.type === "Identifier" && !computed ? key.name : undefined;
}

/** A function's text is an expression, or a method of an object. */
function parsePatterns(text: string): Patterns {
  const expression = firstExpression(`(${text})`);
  if (expression !== undefined) return patternsOf(expression);
  const object = firstExpression(`({${text}})`);
  const method = object?.type === "ObjectExpression" ? object.properties[0] : undefined;
  return method?.type === "Property" ? patternsOf(method.value) : undefined;
}

type Patterns = readonly ParamPattern[] | undefined;

/** What each text takes, if all of them are expressions: read from their heads, where those can be told. */
function parseTogether(texts: readonly string[]): readonly Patterns[] | undefined {
  const heads = texts.map(headOf).filter((head) => head !== undefined);
  return (heads.length === texts.length ? parseList(heads) : undefined) ?? parseList(texts);
}

/** What each text takes, if each is an expression for itself, whatever stands beside it. */
function parseList(texts: readonly string[]): readonly Patterns[] | undefined {
  const list = firstExpression(`[${texts.map((text) => `(${text})`).join(",")}]`);
  if (list?.type !== "ArrayExpression" || list.elements.length !== texts.length) return undefined;
  let end = 0;
  const patterns: Patterns[] = [];
  for (const [i, element] of list.elements.entries()) {
    const start = end + 2; // after "[(" or ",("
    end = start + (texts[i]?.length ?? 0);
    if (element?.start !== start || element.end !== end) return undefined;
    end += 1; // ")"
    patterns.push(element.type === "SpreadElement" ? undefined : patternsOf(element));
  }
  return patterns;
}

function firstExpression(text: string): Expression | undefined {
  const { program, errors } = parseSync("node.js", text, { preserveParens: false });
  return errors.length > 0 ? undefined : expressionOf(program);
}

function expressionOf({ body: [statement] }: Program): Expression | undefined {
  return statement?.type === "ExpressionStatement" ? statement.expression : undefined;
}

function patternsOf(expression: Expression): Patterns {
  return expression.type === "ArrowFunctionExpression" || expression.type === "FunctionExpression"
    ? expression.params
    : undefined;
}

function faulty(fault: ParameterFault): Parameters {
  return { dependencies: [], usesContext: false, isDestructured: false, fault };
}

const unreadable: ParameterFault = {
  code: "dag/unreadable-function",
  message: "has no readable text: it is native, or made by Function.prototype.bind",
  fix: "wrap it in an arrow function that takes ({ … })",
};

const rest: ParameterFault = {
  code: "dag/rest-parameter",
  message: "takes the rest of its dependencies, which are not known by name",
  fix: "name each dependency, or gather some with bind(fn, { parts: group([…]) })",
};

const computed: ParameterFault = {
  code: "dag/computed-parameter",
  message: "takes a dependency under a computed name",
  fix: "write the name out",
};

function positional(patterns: readonly ParamPattern[]): ParameterFault {
  const names = patterns.map(patternName);
  return {
    code: "dag/positional-parameter",
    message: `takes positional parameters: (${names.join(", ")})`,
    fix: `let it take one object: ({ ${names.filter((name) => name !== "…").join(", ")} })`,
  };
}

function patternName(pattern: ParamPattern): string {
  if (pattern.type === "Identifier") return pattern.name;
  return pattern.type === "AssignmentPattern" && pattern.left.type === "Identifier"
    ? pattern.left.name
    : "…";
}
