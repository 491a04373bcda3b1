import {
  type FlowManifest,
  flowManifestSchema,
  type JsonObject,
  subjects,
} from "@weirflow/contracts";
import {
  checkSchedule,
  InvalidScheduleError,
  InvalidSchemaError,
  jsonValidator,
} from "@weirflow/flow";
import { deploy } from "@weirflow/store";
import type { GatewayContext } from "../context.ts";
import { type InputProblem, InvalidInputError } from "../errors.ts";
import { isWithin } from "./subject-within.ts";

/** A flow to deploy. */
export interface DeployFlow {
  readonly manifest: JsonObject;
  readonly name?: string | null | undefined;
  readonly params?: JsonObject | null | undefined;
  readonly paused?: boolean | null | undefined;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const NOTHING = new Uint8Array();

/**
 * Deploys a flow: makes the deployment, or brings it to this version.
 *
 * @throws {@link InvalidInputError} `gateway/invalid-input` with JSON pointers into the manifest; nothing is deployed then.
 */
export async function deployFlow(
  { store, bus, signal, triggerSubjects }: GatewayContext,
  { manifest: sent, name, params, paused }: DeployFlow,
): Promise<{ readonly deploymentId: string; readonly created: boolean }> {
  const manifest = parseManifest(sent);
  const problems = [...nameProblems(name), ...problemsOf(manifest, triggerSubjects)];
  if (problems.length > 0) throw new InvalidInputError("deployment", problems);
  const { deploymentId, created } = await deploy(
    store,
    { manifest, name: name ?? undefined, params: params ?? undefined, paused: paused ?? undefined },
    signal,
  );
  bus.publish(subjects.wake, NOTHING);
  return { deploymentId, created };
}

function parseManifest(sent: JsonObject): FlowManifest {
  const parsed = flowManifestSchema.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(
    "manifest",
    parsed.error.issues.map(({ path, message }) => ({ path: pointer(path), message })),
  );
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function nameProblems(name: string | null | undefined): InputProblem[] {
  if (name == null || NAME.test(name)) return [];
  return [{ path: "/name", message: "must be letters, digits, `-` and `_`, at most 100" }];
}

/** What a manifest's own schema cannot see. */
function problemsOf(manifest: FlowManifest, triggerSubjects: readonly string[]): InputProblem[] {
  return [
    ...schemaProblems("/paramsSchema", manifest.paramsSchema),
    ...Object.entries(manifest.configs).flatMap(([key, { schema }]) =>
      schemaProblems(`${pointer(["configs", key])}/schema`, schema),
    ),
    ...manifest.schedules.flatMap((schedule, i) => {
      const message = refusalOf(() => checkSchedule(schedule), InvalidScheduleError);
      return message === undefined ? [] : [{ path: `/schedules/${i}`, message }];
    }),
    ...manifest.triggers.flatMap(({ kind, of }, i) =>
      kind === "event" || triggerSubjects.some((allowed) => isWithin(of, allowed))
        ? []
        : [
            {
              path: `/triggers/${i}/of`,
              message: `must be within ${triggerSubjects.join(", ")} (WEIR_TRIGGER_SUBJECTS)`,
            },
          ],
    ),
  ];
}

function schemaProblems(path: string, schema: JsonObject): InputProblem[] {
  const message = refusalOf(() => jsonValidator(schema), InvalidSchemaError);
  return message === undefined ? [] : [{ path, message }];
}

/** What is said against something; `undefined` when nothing is. */
function refusalOf(
  check: () => unknown,
  Refusal: new (...args: never[]) => Error,
): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
