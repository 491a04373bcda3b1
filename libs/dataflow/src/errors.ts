import { didYouMean, isWeirError, WeirError, type Disposition } from "@weirflow/errors";
import type { GraphProblem } from "./graph/problem.ts";

/** A graph, a plan or the inputs of a run are wrong: every problem at once. */
export class GraphError extends WeirError {
  override readonly code = "dag/invalid";
  readonly problems: readonly GraphProblem[];
  constructor(problems: readonly GraphProblem[]) {
    const [first] = problems;
    super(
      problems.length === 1 && first !== undefined
        ? `${first.message} (${first.code}); ${first.fix}`
        : `${problems.length} problems:\n${problems.map(problemLine).join("\n")}`,
      { hint: first?.fix },
    );
    this.problems = problems;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { problems: this.problems };
  }
}

function problemLine(problem: GraphProblem): string {
  return `  ${problem.code}: ${problem.message}; ${problem.fix}`;
}

/** The function of a node threw; `cause` is what it threw, and says what the runtime does with it. */
export class NodeError extends WeirError {
  override readonly code = "dag/node-failed";
  override readonly disposition: Disposition;
  readonly node: string;
  /** Indices of the items that it ran for, from 0, those of outer fan-outs first; absent for a node that runs once. */
  readonly items?: readonly number[];
  constructor(node: string, cause: unknown, items?: readonly number[]) {
    super(`node "${node}" failed${placeOf(items)}: ${messageOf(cause)}`, {
      cause,
      hint: isWeirError(cause) ? cause.hint : undefined,
    });
    this.node = node;
    if (items !== undefined) this.items = items;
    this.disposition = isWeirError(cause) ? cause.disposition : "fail";
  }
  override data(): Readonly<Record<string, unknown>> {
    return { node: this.node, ...(this.items === undefined ? {} : { items: this.items }) };
  }
}

function placeOf(items: readonly number[] = []): string {
  return items.length === 0 ? "" : ` at item ${items.join(".")}`;
}

/** A function of `each` gave something that has no items. */
export class NotIterableError extends WeirError {
  override readonly code = "dag/not-iterable";
  readonly node: string;
  constructor(node: string, value: unknown) {
    super(`node "${node}" hands out items, but its function gave ${kindOf(value)}`, {
      hint: "return a list, or anything else that can be iterated; spread a string: [...text]",
    });
    this.node = node;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { node: this.node };
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object without an iterator" : `a ${typeof value}`;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}

/** A check that the value of a node failed. */
export interface CheckFailure {
  /** The name of the check. */
  readonly check: string;
  readonly reason: string;
  /** What the check threw, if it threw. */
  readonly cause?: unknown;
}

/** The value of a node failed its checks: every failure at once. */
export class NodeCheckError extends WeirError {
  override readonly code = "dag/check-failed";
  readonly node: string;
  readonly failures: readonly CheckFailure[];
  constructor(node: string, failures: readonly CheckFailure[]) {
    const reasons = failures.map(({ check, reason }) => `${check}: ${reason}`).join("; ");
    super(`the value of node "${node}" fails its checks: ${reasons}`, {
      cause: failures.find(({ cause }) => cause !== undefined)?.cause,
      hint: 'look at the inputs of the node, or let the check warn with `onFail: "warn"`',
    });
    this.node = node;
    this.failures = failures;
  }
  override data(): Readonly<Record<string, unknown>> {
    const failures = this.failures.map(({ check, reason }) => ({ check, reason }));
    return { node: this.node, failures };
  }
}

/** One place where a value does not fit its schema. */
export interface Mismatch {
  /** E.g. `the value of node "price"`. */
  readonly subject: string;
  /** Where in the value, e.g. `$.rows[3].cost`. */
  readonly path: string;
  /** What belongs there, where the schema says it in a word, e.g. `number`. */
  readonly expected: string | undefined;
  /** What kind of value is there, never the value itself, e.g. `a string`. */
  readonly got: string;
  /** What the schema says. */
  readonly message: string;
}

/** Mismatches that a message tells. */
const SHOWN_MISMATCHES = 10;

/** A value does not fit its schema: every mismatch at once. */
export class SchemaMismatchError extends WeirError {
  override readonly code = "dag/schema-mismatch";
  readonly mismatches: readonly Mismatch[];
  constructor(mismatches: readonly Mismatch[]) {
    const shown = mismatches.slice(0, SHOWN_MISMATCHES).map(mismatchText);
    const more = mismatches.length - shown.length;
    super(`${shown.join("; ")}${more === 0 ? "" : `; and ${more} more`}`, {
      hint: "mend what makes the value, or the schema",
    });
    this.mismatches = mismatches;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { mismatches: this.mismatches };
  }
}

function mismatchText({ subject, path, expected, got, message }: Mismatch, i: number): string {
  const what =
    expected === undefined ? `${message} (got ${got})` : `expected ${expected}, got ${got}`;
  return `${i === 0 ? `${subject} does not fit its schema` : subject}: ${path}: ${what}`;
}

/** A schema answers with a promise where the answer is needed at once. */
export class AsyncSchemaError extends WeirError {
  override readonly code = "dag/async-schema";
  constructor(subject: string) {
    super(`the schema of ${subject} answers with a promise`, {
      hint: "use a schema that answers at once; look things up in a node",
    });
  }
}

/** A node did not settle in the time that its options give it. */
export class NodeTimeoutError extends WeirError {
  override readonly code = "dag/node-timeout";
  override readonly disposition = "retry";
  readonly node: string;
  constructor(node: string, timeoutMs: number) {
    super(`node "${node}" took longer than ${timeoutMs} ms`, {
      hint: "give it more time with `timeoutMs`, or let it obey its signal",
    });
    this.node = node;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { node: this.node };
  }
}

/** A hook of a plugin threw, which ends the run: `cause` is what, and says what the runtime does with it. */
export class PluginError extends WeirError {
  override readonly code = "dag/plugin-failed";
  override readonly disposition: Disposition;
  readonly plugin: string;
  /** Which hook it was, e.g. `onNodeEnd`. */
  readonly hook: string;
  /** The node that the hook was told of; absent for a hook that hears of the run. */
  readonly node?: string;
  constructor(plugin: string, hook: string, node: string | undefined, cause: unknown) {
    const place = node === undefined ? "" : ` of node "${node}"`;
    super(`plugin "${plugin}" failed in ${hook}${place}: ${messageOf(cause)}`, {
      cause,
      hint: "mend the plugin, or leave it out; to fail a node on purpose, throw in `around`",
    });
    this.plugin = plugin;
    this.hook = hook;
    if (node !== undefined) this.node = node;
    this.disposition = isWeirError(cause) ? cause.disposition : "fail";
  }
  override data(): Readonly<Record<string, unknown>> {
    const node = this.node === undefined ? {} : { node: this.node };
    return { plugin: this.plugin, hook: this.hook, ...node };
  }
}

/** The run was cancelled by its signal; `cause` is the signal's reason. */
export class RunCancelledError extends WeirError {
  override readonly code = "dag/cancelled";
  override readonly disposition = "cancel";
  constructor(node: string | undefined, reason: unknown) {
    super(
      node === undefined ? "the run was cancelled" : `the run was cancelled at node "${node}"`,
      {
        cause: reason,
      },
    );
  }
}

/** A node returned a promise in a run that has to be synchronous. */
export class AsyncNodeError extends WeirError {
  override readonly code = "dag/async-node";
  constructor(node: string) {
    super(`node "${node}" returned a promise in a synchronous run`, {
      hint: "use `run` instead of `runSync`",
    });
  }
}

/** A node of `fields` ran and the function's result has no such field. */
export class MissingFieldError extends WeirError {
  override readonly code = "dag/missing-field";
  readonly field: string;
  constructor(field: string, whole: unknown) {
    super(`the result has no field "${field}": ${describeFields(field, whole)}`, {
      hint: "return an object that has every field taken by `fields`",
    });
    this.field = field;
  }
}

function describeFields(field: string, whole: unknown): string {
  if (typeof whole !== "object" || whole === null) return `it is ${String(whole)}`;
  const names = Object.keys(whole);
  return `it has ${listNames(names)}${didYouMean(field, names)}`;
}

/** A node of `columns` ran and the table has no such column. */
export class MissingColumnError extends WeirError {
  override readonly code = "dag/missing-column";
  readonly column: string;
  constructor(column: string, there: readonly string[]) {
    super(`no column "${column}": there is ${listNames(there)}${didYouMean(column, there)}`, {
      hint: "name columns as the table does",
    });
    this.column = column;
  }
}

/** A choice was called directly with a value that has no branch. */
export class UnmatchedChoiceError extends WeirError {
  override readonly code = "dag/unmatched-choice";
  constructor(key: string, value: unknown, known: readonly string[]) {
    super(
      `"${key}" is ${JSON.stringify(value) ?? "absent"}, which picks no branch${didYouMean(String(value), known)}`,
      { hint: `give one of ${listNames(known)}, or add \`otherwise\`` },
    );
  }
}

/** A choice was called directly with values that fit none of its cases. */
export class UnmatchedCaseError extends WeirError {
  override readonly code = "dag/unmatched-case";
  constructor(cases: readonly string[]) {
    super(`no case of the choice fits: there are ${listNames(cases)}`, {
      hint: "give values that one of them takes, or add `otherwise`",
    });
  }
}

/** A value has no content hash: it is, or holds, something that is not plain data. */
export class UnhashableValueError extends WeirError {
  override readonly code = "dag/unhashable-value";
  /** Where in the value, e.g. `$.rows[3]`. */
  readonly path: string;
  constructor(path: string, what: string) {
    super(`no content hash: ${path} is ${what}`, {
      hint: 'return plain data, register a codec for the class, or set `cache: "ignore"` on the node',
    });
    this.path = path;
  }
}

/** A value is, or holds, a secret: it has no content hash and is stored nowhere. */
export class SecretValueError extends WeirError {
  override readonly code = "dag/secret-value";
  /** Where in the value, e.g. `$.rows[3]`. */
  readonly path: string;

  constructor(path: string) {
    super(`no content hash: ${path} is a secret`, {
      hint: "let the node return what it made with the secret, not the secret itself",
    });
    this.path = path;
  }
}

/** A node wants its value cached in a format that the store does not have. */
export class UnknownCacheFormatError extends WeirError {
  override readonly code = "dag/unknown-cache-format";

  constructor(node: string, format: string, known: readonly string[]) {
    super(
      `the cache of node "${node}" has no format "${format}": there is ${listNames(known)}${didYouMean(format, known)}`,
      { hint: "name a format of the store, or leave `format` out" },
    );
  }
}

/** A source file does not parse. */
export class SourceSyntaxError extends WeirError {
  override readonly code = "dag/source-syntax";
  readonly file: string;
  readonly line: number;
  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`, { hint: "mend the syntax" });
    this.file = file;
    this.line = line;
  }
}

/** At most a dozen names, quoted, for a message. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return "nothing";
  const shown = names
    .slice(0, 12)
    .map((name) => `"${name}"`)
    .join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

/** A node told more facts about one execution than are kept. */
export class TooManyFactsError extends WeirError {
  override readonly code = "dag/too-many-facts";
  constructor(count: number, limit: number) {
    super(`${count} facts are recorded of one execution, more than ${limit}`, {
      hint: "record what describes the whole (path, rows, columns); put details into a value or an artifact",
    });
  }
}

/** A fact is not plain, or its name is too long. */
export class InvalidFactError extends WeirError {
  override readonly code = "dag/invalid-fact";
  constructor(name: string, why: string) {
    super(`the fact "${name}" cannot be recorded: ${why}`, {
      hint: "record texts, numbers, booleans and null under short names",
    });
  }
}
