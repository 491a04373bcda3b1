import type { Expression } from "@weirflow/contracts";
import { type GraphInput, graphFrom } from "@weirflow/dataflow";
import { didYouMean } from "@weirflow/errors";
import { needsOf } from "../json/evaluate-expression.ts";
import { durationMs } from "../task/duration.ts";
import type { TaskOptions } from "../task/task-options.ts";
import type { TaskDefinition } from "../task/task.ts";
import { type FlowProblem, graphProblems } from "./problem.ts";
import type { RecordedCall } from "./recorder.ts";

/** What is wrong with the tasks of a flow and with what they are given. */
export function callProblems(calls: readonly RecordedCall[]): readonly FlowProblem[] {
  const tasks = new Map(calls.map(({ task }) => [task, taskInputs(task)]));
  return [
    ...noCalls(calls),
    ...sameNames([...tasks.keys()]),
    ...[...tasks.values()].flatMap(({ problems }) => problems),
    ...calls.flatMap((call) => [
      ...optionProblems(call),
      ...inputProblems(call, tasks.get(call.task)?.inputs),
      ...textProblems(call),
    ]),
  ];
}

interface TaskInputs {
  /** `undefined` when the graph of the task is wrong. */
  readonly inputs: readonly GraphInput[] | undefined;
  readonly problems: readonly FlowProblem[];
}

function taskInputs({ name, modules, outputs, fix }: TaskDefinition): TaskInputs {
  try {
    return { inputs: graphFrom(modules).plan(outputs, fix).inputs, problems: [] };
  } catch (thrown) {
    return { inputs: undefined, problems: graphProblems(name, thrown) };
  }
}

function noCalls(calls: readonly RecordedCall[]): readonly FlowProblem[] {
  if (calls.length > 0) return [];
  return [{ code: "flow/no-calls", message: "`run` calls no task", fix: "call a task in it" }];
}

function sameNames(tasks: readonly TaskDefinition[]): readonly FlowProblem[] {
  const names = tasks.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => ({
    code: "flow/duplicate-task",
    message: `two tasks are named "${name}"`,
    fix: "give each task a name of its own",
  }));
}

function inputProblems(
  { id, inputs: given }: RecordedCall,
  wanted: readonly GraphInput[] | undefined,
): readonly FlowProblem[] {
  if (wanted === undefined) return [];
  const names = wanted.map(({ name }) => name);
  const unknown = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      code: "flow/unknown-input",
      message: `the call "${id}" takes no "${name}"${didYouMean(name, names)}`,
      fix: names.length === 0 ? "it takes nothing" : `it takes ${names.join(", ")}`,
    }));
  return [...unknown, ...wanted.flatMap((input) => wantedProblems(id, input, given[input.name]))];
}

function wantedProblems(
  call: string,
  { name, required, choice }: GraphInput,
  given: Expression | undefined,
): readonly FlowProblem[] {
  if (given === undefined)
    return required
      ? [
          {
            code: "flow/missing-input",
            message: `the call "${call}" lacks "${name}"`,
            fix: "pass a value or a reference",
          },
        ]
      : [];
  if (choice === undefined || needsOf(given).length === 0) return [];
  return [
    {
      code: "flow/late-choice",
      message: `"${name}" picks the shape of the graph of "${call}", and is made by a task`,
      fix: "pass a literal, a parameter or a field of a config, or compute both and pick in a node",
    },
  ];
}

/** Text is made by the scheduler, which does not read what tasks make. */
function textProblems({ id, inputs }: RecordedCall): readonly FlowProblem[] {
  return Object.entries(inputs)
    .filter(([, expression]) => hasLateText(expression))
    .map(([name]) => ({
      code: "flow/late-text",
      message: `"${id}.${name}" puts the output of a task into text`,
      fix: "pass the output to the task and make the text in a node",
    }));
}

function hasLateText(expression: Expression): boolean {
  if (expression.kind === "text") return needsOf(expression).length > 0;
  return expression.kind === "record" && Object.values(expression.of).some(hasLateText);
}

function optionProblems({ id, task, options }: RecordedCall): readonly FlowProblem[] {
  const { pool, retries, timeout, memoryBytes }: TaskOptions = { ...task.options, ...options };
  const problem = (message: string, fix: string): FlowProblem => ({
    code: "flow/invalid-option",
    message: `the call "${id}": ${message}`,
    fix,
  });
  const found: FlowProblem[] = [];
  if (pool !== undefined && !/^[A-Za-z0-9_-]{1,32}$/.test(pool))
    found.push(problem(`"${pool}" cannot name a pool`, "use 1 to 32 letters, digits, `-` or `_`"));
  for (const duration of [timeout, ...retryDelays(retries)])
    if (duration !== undefined && durationMs(duration) === undefined)
      found.push(problem(`"${duration}" is no duration`, "write 500ms, 30s, 10m, 2h or 1d"));
  if (memoryBytes !== undefined && !(Number.isSafeInteger(memoryBytes) && memoryBytes > 0))
    found.push(problem(`${memoryBytes} bytes of memory`, "use a whole number above 0"));
  const limit = retryLimit(retries);
  if (!Number.isInteger(limit) || limit < 0 || limit > 100)
    found.push(problem(`${limit} retries`, "use 0 to 100"));
  return found;
}

/** How often a failed attempt is followed by another. */
export function retryLimit(retries: TaskOptions["retries"]): number {
  if (retries === undefined) return 0;
  if (typeof retries === "number") return retries;
  return "limit" in retries ? retries.limit : retries.length;
}

/** The pauses before them; none means the usual one. */
export function retryDelays(retries: TaskOptions["retries"]): readonly string[] {
  if (retries === undefined || typeof retries === "number") return [];
  return "limit" in retries ? [retries.delay] : retries;
}
