import type {
  ConfigBinding,
  Expression,
  JsonObject,
  ScheduleSpec,
  TriggerSpec,
} from "@weirflow/contracts";
import { controlFlowProblems } from "../control-flow/control-flow.ts";
import { FlowError } from "../errors.ts";
import { type JsonProblem, jsonValidator } from "../json/validate-json.ts";
import { jsonSchemaOf } from "../manifest/json-schema-of.ts";
import { expressionOf, makeDoc } from "../reference/make-ref.ts";
import { scheduleKind, scheduleSpec } from "../schedule/schedule.ts";
import type { ConfigDoc } from "../task/define-config.ts";
import type { TaskDefinition } from "../task/task.ts";
import { triggerSpec } from "../trigger/trigger.ts";
import { callProblems } from "./call-problems.ts";
import { type Flow, type FlowDefinition, flowDefinition } from "./flow.ts";
import { type FlowProblem, problemFrom } from "./problem.ts";
import { type RecordedCall, Recorder } from "./recorder.ts";

/** A flow as data, but for the graphs of its tasks. */
export interface RecordedFlow {
  readonly name: string;
  readonly description: string | undefined;
  readonly paramsSchema: JsonObject;
  readonly configs: Readonly<Record<string, ConfigBinding>>;
  readonly tasks: readonly TaskDefinition[];
  readonly calls: readonly RecordedCall[];
  readonly results: Readonly<Record<string, Expression>>;
  readonly schedules: readonly ScheduleSpec[];
  readonly triggers: readonly TriggerSpec[];
}

/**
 * Builds a flow: calls its `run` once with references, reads its text for what cannot be trapped, checks everything.
 *
 * @throws {@link FlowError} `flow/invalid`, listing every problem.
 * @example
 * const { tasks, calls } = recordFlow(absenteeism);
 */
export function recordFlow(flow: Flow): RecordedFlow {
  const definition = flowDefinition(flow);
  if (definition === undefined) throw new FlowError(flow.name, [notAFlow]);
  const problems: FlowProblem[] = [];
  const paramsSchema = attempt(problems, {}, () =>
    jsonSchemaOf(definition.params, "the parameters", "closed"),
  );
  const configs = configBindings(definition, problems);
  const schedules = scheduleSpecs(definition, paramsSchema, problems);
  const triggers = triggerSpecs(definition, problems);
  const { calls, results } = recordRun(definition, problems);
  problems.push(...nameProblems(definition), ...callProblems(calls));
  if (problems.length > 0) throw new FlowError(definition.name, problems);
  const tasks = [...new Map(calls.map(({ task }) => [task.name, task])).values()];
  const { name, description } = definition;
  return { name, description, paramsSchema, configs, tasks, calls, results, schedules, triggers };
}

/** What `make` gives; what it throws becomes a problem. */
function attempt<T>(problems: FlowProblem[], otherwise: T, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    problems.push(problemFrom(thrown));
    return otherwise;
  }
}

const notAFlow: FlowProblem = {
  code: "flow/not-a-flow",
  message: "it was not made by `flow`",
  fix: "export what flow({ … }) returns",
};

function nameProblems({ name }: FlowDefinition): readonly FlowProblem[] {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name)) return [];
  return [
    {
      code: "flow/invalid-name",
      message: `"${name}" cannot name a flow`,
      fix: "use at most 100 letters, digits, `-` and `_`, a letter first",
    },
  ];
}

function recordRun(
  definition: FlowDefinition,
  problems: FlowProblem[],
): Pick<RecordedFlow, "calls" | "results"> {
  const recorder = new Recorder();
  let results: Readonly<Record<string, Expression>> = {};
  try {
    results = resultsOf(recorder.record(() => definition.run(referencesOf(definition))));
  } catch (thrown) {
    problems.push(problemFrom(thrown));
  }
  const outputs = new Set(recorder.calls.flatMap(({ task }) => task.outputs));
  problems.push(...recorder.problems, ...controlFlowProblems(definition.run, outputs));
  return { calls: recorder.calls, results };
}

function referencesOf({ params, config }: FlowDefinition): {
  readonly params: object;
  readonly config: object;
} {
  const documents = Object.entries(config).map(([key, { schema }]) => [
    key,
    makeDoc({ kind: "config", config: key, path: [] }, schema),
  ]);
  return {
    params: makeDoc({ kind: "param", path: [] }, params),
    config: Object.fromEntries(documents),
  };
}

/** A single reference is called `result`, unless it is an output, which has a name. */
function resultsOf(returned: unknown): Readonly<Record<string, Expression>> {
  const single = expressionOf(returned);
  if (single !== undefined)
    return { [single.kind === "output" ? single.output : "result"]: single };
  if (typeof returned !== "object" || returned === null) return {};
  const named = Object.entries(returned).flatMap(([name, value]) => {
    const expression = expressionOf(value);
    return expression === undefined ? [] : [[name, expression] as const];
  });
  return Object.fromEntries(named);
}

function configBindings(
  { config }: FlowDefinition,
  problems: FlowProblem[],
): Readonly<Record<string, ConfigBinding>> {
  const bindings = Object.entries(config).flatMap(([key, document]) =>
    attempt(problems, [], () => [[key, configBinding(document)] as const]),
  );
  return Object.fromEntries(bindings);
}

function scheduleSpecs(
  { schedules }: FlowDefinition,
  paramsSchema: JsonObject,
  problems: FlowProblem[],
): readonly ScheduleSpec[] {
  const slugs = new Slugs(problems);
  const specs = schedules.flatMap((schedule) => {
    const slug = slugs.take(schedule.slug, scheduleKind(schedule));
    return attempt(problems, [], () => [scheduleSpec(schedule, slug)]);
  });
  problems.push(...scheduleProblems(paramsSchema, specs));
  return specs;
}

function triggerSpecs(
  { triggers }: FlowDefinition,
  problems: FlowProblem[],
): readonly TriggerSpec[] {
  const slugs = new Slugs(problems);
  return triggers.flatMap((trigger) => {
    const slug = slugs.take(trigger.slug, trigger.kind);
    return attempt(problems, [], () => [triggerSpec(trigger, slug)]);
  });
}

function configBinding({ name, schema, initial }: ConfigDoc): ConfigBinding {
  const jsonSchema = jsonSchemaOf(schema, `the config "${name}"`, "closed");
  const checked = jsonValidator(jsonSchema)(initial ?? {});
  if (checked.ok) return { name, schema: jsonSchema, initial: checked.value };
  if (initial === undefined) return { name, schema: jsonSchema };
  throw new FlowError(name, checked.problems.map(initialProblem));
}

function initialProblem({ path, message }: JsonProblem): FlowProblem {
  return {
    code: "flow/invalid-initial",
    message: `its first version: ${path} ${message}`,
    fix: "give a document that fits the schema",
  };
}

/** Parameters that a schedule sets must fit; those that it does not set come from the deployment. */
function scheduleProblems(
  schema: JsonObject,
  schedules: readonly ScheduleSpec[],
): readonly FlowProblem[] {
  const { required: _, ...partial } = schema;
  const validate = jsonValidator(partial);
  return schedules.flatMap(({ slug, params }) => {
    const checked = validate(params);
    if (checked.ok) return [];
    return checked.problems.map(({ path, message }) => ({
      code: "flow/invalid-schedule",
      message: `the schedule "${slug}" sets a parameter: ${path} ${message}`,
      fix: "give what the schema of the parameters takes",
    }));
  });
}

/** Names schedules and triggers: the given name, or the kind, numbered from the second on. */
class Slugs {
  readonly #problems: FlowProblem[];
  readonly #taken = new Set<string>();

  constructor(problems: FlowProblem[]) {
    this.#problems = problems;
  }

  take(given: string | undefined, kind: string): string {
    if (given !== undefined && this.#taken.has(given))
      this.#problems.push({
        code: "flow/duplicate-slug",
        message: `two schedules or triggers have the slug "${given}"`,
        fix: "give each a slug of its own",
      });
    let slug = given ?? kind;
    for (let number = 2; this.#taken.has(slug); number++) slug = `${given ?? kind}-${number}`;
    this.#taken.add(slug);
    return slug;
  }
}
