import type { Expression } from "@weirflow/contracts";
import { AsyncRunError, OutsideRunError } from "../errors.ts";
import { needsOf } from "../json/evaluate-expression.ts";
import { expressionIn } from "../reference/compose.ts";
import { expressionOf, makeRef } from "../reference/make-ref.ts";
import type { CallOptions } from "../task/task-options.ts";
import type { TaskDefinition } from "../task/task.ts";
import { type FlowProblem, problemFrom } from "./problem.ts";

/** One call of a task, as the flow wrote it. */
export interface RecordedCall {
  readonly id: string;
  readonly task: TaskDefinition;
  readonly inputs: Readonly<Record<string, Expression>>;
  readonly needs: readonly string[];
  readonly options: CallOptions;
}

/** The recorder of the flow whose `run` is on the stack: a task is called like a function, so it finds it here. */
let current: Recorder | undefined;

/** @throws {@link OutsideRunError} `flow/outside-run`, when no `run` is on the stack. */
export function recorderFor(task: string): Recorder {
  if (current === undefined) throw new OutsideRunError(task);
  return current;
}

/** Collects the calls that the `run` of a flow makes, and what is wrong with them. */
export class Recorder {
  readonly calls: RecordedCall[] = [];
  readonly problems: FlowProblem[] = [];

  /**
   * Runs a function; tasks called meanwhile are recorded.
   *
   * @throws {@link AsyncRunError} `flow/async-run`, when the function returns a promise.
   */
  record<T>(run: () => T): T {
    const outer = current;
    // eslint-disable-next-line typescript/no-this-alias -- calls find their recorder by it
    current = this;
    try {
      const result = run();
      if (result instanceof Promise) throw asyncRun(result);
      return result;
    } finally {
      current = outer;
    }
  }

  /** References to the outputs of a task, called with these inputs. */
  call(task: TaskDefinition, inputs: object, options: CallOptions): object {
    const id = this.#nameCall(task.name, options.as);
    const expressions = this.#expressions(id, inputs);
    const after = (options.after ?? []).flatMap((ref) => expressionOf(ref) ?? []);
    const needs = [...Object.values(expressions), ...after].flatMap(needsOf);
    this.calls.push({ id, task, inputs: expressions, needs: [...new Set(needs)], options });
    const refs = task.outputs.map((output) => [
      output,
      makeRef({ kind: "output", call: id, output }),
    ]);
    return Object.freeze(Object.fromEntries(refs));
  }

  #expressions(call: string, inputs: object): Readonly<Record<string, Expression>> {
    const expressions: Record<string, Expression> = {};
    for (const [name, value] of Object.entries(inputs)) {
      if (value === undefined) continue;
      try {
        expressions[name] = expressionIn(value, `${call}.${name}`);
      } catch (thrown) {
        this.problems.push(problemFrom(thrown));
      }
    }
    return expressions;
  }

  #nameCall(task: string, as: string | undefined): string {
    const isTaken = (id: string): boolean => this.calls.some((call) => call.id === id);
    const wanted = as ?? task;
    if (as !== undefined && isTaken(as))
      this.problems.push({
        code: "flow/duplicate-call",
        message: `two calls are named "${as}"`,
        fix: "give each call a name of its own with `as`",
      });
    let id = wanted;
    for (let number = 2; isTaken(id); number++) id = `${wanted}-${number}`;
    return id;
  }
}

/** The rejection of a promise that nobody waits for would end the process. */
function asyncRun(promise: Promise<unknown>): AsyncRunError {
  promise.catch(() => undefined);
  return new AsyncRunError();
}
