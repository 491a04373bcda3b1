import { didYouMean, WeirError } from "@weirflow/errors";
import type { FlowProblem } from "./flow/problem.ts";

/** A schedule whose pattern, time or time zone means nothing. */
export class InvalidScheduleError extends WeirError {
  override readonly code = "flow/invalid-schedule";
  constructor(schedule: string, reason: string, cause?: unknown) {
    super(`the schedule "${schedule}" cannot be used: ${reason}`, {
      hint: 'write { daily: "06:00" }, { cron: "0 6 * * 1-5" } or { every: { hours: 2 } }, and an IANA time zone',
      cause,
    });
  }
}

/** A JSON Schema that is none. */
export class InvalidSchemaError extends WeirError {
  override readonly code = "flow/invalid-schema";
  constructor(cause: unknown) {
    super(`not a JSON Schema: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: "deploy the flow again with the same version of weirflow as the server's",
      cause,
    });
  }
}

/** A reference was used like the value that it stands for. */
export class ReferenceUsedError extends WeirError {
  override readonly code = "flow/reference-used";
  constructor(reference: string, use: string, instead: string) {
    super(
      `"${reference}" is a reference, not a value: the flow is built before any run, so it cannot be ${use}`,
      { hint: instead },
    );
  }
}

/** A document was asked for a field that its schema does not have. */
export class NoSuchFieldError extends WeirError {
  override readonly code = "flow/no-such-field";
  constructor(reference: string, field: string, fields: readonly string[]) {
    super(`"${reference}" has no field "${field}"${didYouMean(field, fields)}`, {
      hint: fields.length === 0 ? "it has none" : `it has ${fields.join(", ")}`,
    });
  }
}

/** A value that stands in a flow cannot be stored. */
export class NotPlainError extends WeirError {
  override readonly code = "flow/not-plain";
  constructor(at: string, what: string, instead: string) {
    super(`"${at}" is ${what}: only plain JSON and references can be passed to a task`, {
      hint: instead,
    });
  }
}

/** A task was called where no flow is being built. */
export class OutsideRunError extends WeirError {
  override readonly code = "flow/outside-run";
  constructor(task: string) {
    super(`the task "${task}" is called outside the \`run\` of a flow`, {
      hint: "to compute a graph right away, use graph(…).plan(…).run(inputs)",
    });
  }
}

/** The `run` of a flow returned a promise. */
export class AsyncRunError extends WeirError {
  override readonly code = "flow/async-run";
  constructor() {
    super("`run` is async: it only wires tasks together, so it has nothing to wait for", {
      hint: "remove `async`",
    });
  }
}

/** A flow cannot be deployed: every problem at once. */
export class FlowError extends WeirError {
  override readonly code = "flow/invalid";
  readonly flow: string;
  readonly problems: readonly FlowProblem[];
  constructor(flow: string, problems: readonly FlowProblem[]) {
    super(`flow "${flow}": ${problems.map(problemText).join("\n  ")}`, { hint: problems[0]?.fix });
    this.flow = flow;
    this.problems = problems;
  }
  override data(): Readonly<Record<string, unknown>> {
    return { flow: this.flow, problems: this.problems };
  }
}

function problemText({ code, message, fix, line }: FlowProblem): string {
  const at = line === undefined ? "" : `line ${line} of run: `;
  return `${at}${message} (${code})${fix === "" ? "" : `; ${fix}`}`;
}

/** A part of a schema that JSON Schema cannot say. */
export interface SchemaProblem {
  /** The field, e.g. `model.rate`; empty for the whole. */
  readonly path: string;
  readonly reason: string;
}

/** A schema that the gateway could not check as JSON Schema. */
export class UnsupportedSchemaError extends WeirError {
  override readonly code = "flow/unsupported-schema";
  readonly problems: readonly SchemaProblem[];
  constructor(what: string, problems: readonly SchemaProblem[]) {
    const parts = problems.map(({ path, reason }) => `"${path === "" ? "it" : path}" ${reason}`);
    super(`the schema of ${what} cannot be used: ${parts.join("; ")}`, {
      hint: "parameters and configs are JSON, checked as JSON Schema before any code of the flow runs",
    });
    this.problems = problems;
  }
}

/** A trigger on something that is no event type or pattern of subjects. */
export class InvalidTriggerError extends WeirError {
  override readonly code = "flow/invalid-trigger";
  constructor(of: string, kind: "event" | "subject") {
    super(`a trigger on the ${kind} "${of}", which is none`, {
      hint: "write tokens with dots between them; a pattern of subjects may have `*` tokens and end in `>`",
    });
  }
}
