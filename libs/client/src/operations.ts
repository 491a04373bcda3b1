import type { FlowManifest, JsonObject, RunState } from "@weirflow/contracts";
import type { Client } from "./create-client.ts";
import { NotFoundError } from "./errors.ts";
import { type Answer, expecting, payloadOf } from "./expected.ts";
import { RUN_HEAD, RUN_VIEW, type RunHead, type RunView } from "./run-view.ts";

/** A deployed flow. */
export interface DeploymentView {
  readonly id: string;
  readonly deploymentId: string;
  readonly name: string;
  readonly paused: boolean;
  readonly params: JsonObject;
  readonly flow: { readonly name: string };
  readonly version: { readonly hash: string };
  readonly schedules: readonly ScheduleView[];
  readonly triggers: readonly {
    readonly slug: string;
    readonly kind: string;
    readonly of: string;
  }[];
}

/** A schedule of a deployment. */
export interface ScheduleView {
  readonly slug: string;
  readonly spec: JsonObject;
  readonly paused: boolean;
  readonly nextAt: string | null;
  /** The next occurrences. */
  readonly next: readonly string[];
}

const SCHEDULE = "slug spec paused nextAt next(count: 5)";
const DEPLOYMENT = `id deploymentId name paused params flow { name } version { hash }
  schedules { ${SCHEDULE} } triggers { slug kind of }`;

/** A config document. */
export interface ConfigView {
  readonly name: string;
  readonly version: number;
  readonly body: JsonObject;
  readonly schema: JsonObject;
  readonly updatedAt: string;
}

const CONFIG = "name version body schema updatedAt";

/** What `deploy` takes. */
export interface DeployInput {
  readonly manifest: FlowManifest;
  /** @default "default" */
  readonly name?: string;
  readonly params?: JsonObject;
  readonly paused?: boolean;
}

/**
 * Deploys a flow: makes a deployment, or brings an existing one to this version.
 *
 * @throws {@link InvalidInputError} `client/invalid-input`.
 */
export async function deploy(
  client: Client,
  input: DeployInput,
  signal: AbortSignal,
): Promise<{ readonly deployment: DeploymentView; readonly created: boolean }> {
  type Payload = Answer & { deployment: DeploymentView; created: boolean };
  const document = `mutation Deploy($input: DeployInput!) { deploy(input: $input) {
    ... on DeployPayload { created deployment { ${DEPLOYMENT} } } ${expecting("InvalidInputError")} } }`;
  const { deploy } = await client.query<{ deploy: Payload }>(document, { input }, signal);
  return payloadOf(deploy);
}

/** What `startRun` takes. */
export interface StartRunInput {
  /** `flow/name`, `flow` (its deployment `default`) or an id. */
  readonly deployment: string;
  readonly params?: JsonObject;
  /** The same key gives the same run. */
  readonly idempotencyKey?: string;
}

/**
 * Starts a run.
 *
 * @throws {@link InvalidInputError} `client/invalid-input`, before any run exists; {@link NotFoundError} `client/not-found`.
 */
export async function startRun(
  client: Client,
  input: StartRunInput,
  signal: AbortSignal,
): Promise<{ readonly run: RunHead; readonly created: boolean }> {
  type Payload = Answer & { run: RunHead; created: boolean };
  const document = `mutation StartRun($input: StartRunInput!) { startRun(input: $input) {
    ... on StartRunPayload { created run { ${RUN_HEAD} } } ${expecting("InvalidInputError", "NotFoundError")} } }`;
  const { startRun } = await client.query<{ startRun: Payload }>(document, { input }, signal);
  return payloadOf(startRun);
}

/**
 * Cancels a run.
 *
 * @throws {@link NotFoundError} `client/not-found`; {@link InvalidStateError} `client/invalid-state`, when it is over.
 */
export async function cancelRun(
  client: Client,
  input: { readonly id: string; readonly reason?: string },
  signal: AbortSignal,
): Promise<RunHead> {
  const document = `mutation CancelRun($input: CancelRunInput!) { cancelRun(input: $input) {
    ... on CancelRunPayload { run { ${RUN_HEAD} } } ${expecting("NotFoundError", "InvalidStateError")} } }`;
  const answer = await client.query<{ cancelRun: Answer & { run: RunHead } }>(
    document,
    { input },
    signal,
  );
  return payloadOf(answer.cancelRun).run;
}

/** What `saveConfig` takes. */
export interface SaveConfigInput {
  readonly name: string;
  readonly body: JsonObject;
  /** Refuse if the document is at another version by now. */
  readonly expectedVersion?: number;
}

/**
 * Saves a new version of a config document.
 *
 * @throws {@link InvalidInputError} `client/invalid-input`; {@link NotFoundError} `client/not-found`;
 *   {@link ConflictError} `client/conflict`.
 */
export async function saveConfig(
  client: Client,
  input: SaveConfigInput,
  signal: AbortSignal,
): Promise<ConfigView> {
  const document = `mutation SaveConfig($input: SaveConfigInput!) { saveConfig(input: $input) {
    ... on SaveConfigPayload { config { ${CONFIG} } } ${expecting("InvalidInputError", "NotFoundError", "ConflictError")} } }`;
  const answer = await client.query<{ saveConfig: Answer & { config: ConfigView } }>(
    document,
    { input },
    signal,
  );
  return payloadOf(answer.saveConfig).config;
}

/**
 * Pauses a schedule, or lets it go on.
 *
 * @throws {@link NotFoundError} `client/not-found`.
 */
export async function pauseSchedule(
  client: Client,
  input: { readonly deployment: string; readonly slug: string; readonly paused?: boolean },
  signal: AbortSignal,
): Promise<ScheduleView> {
  const document = `mutation PauseSchedule($input: PauseScheduleInput!) { pauseSchedule(input: $input) {
    ... on PauseSchedulePayload { schedule { ${SCHEDULE} } } ${expecting("NotFoundError")} } }`;
  const answer = await client.query<{ pauseSchedule: Answer & { schedule: ScheduleView } }>(
    document,
    { input },
    signal,
  );
  return payloadOf(answer.pauseSchedule).schedule;
}

/**
 * A deployment by `flow/name`, `flow` or id.
 *
 * @throws {@link NotFoundError} `client/not-found`.
 */
export async function deployment(
  client: Client,
  ref: string,
  signal: AbortSignal,
): Promise<DeploymentView> {
  const document = `query Deployment($ref: String!) { deployment(ref: $ref) { ${DEPLOYMENT} } }`;
  const answer = await client.query<{ deployment: DeploymentView | null }>(
    document,
    { ref },
    signal,
  );
  return found(answer.deployment, `the deployment "${ref}"`);
}

/**
 * A config document.
 *
 * @throws {@link NotFoundError} `client/not-found`.
 */
export async function config(
  client: Client,
  name: string,
  signal: AbortSignal,
): Promise<ConfigView> {
  const document = `query Config($name: String!) { config(name: $name) { ${CONFIG} } }`;
  const answer = await client.query<{ config: ConfigView | null }>(document, { name }, signal);
  return found(answer.config, `the config "${name}"`);
}

/**
 * A run, by its uuid or the API's id.
 *
 * @throws {@link NotFoundError} `client/not-found`.
 */
export async function run(client: Client, id: string, signal: AbortSignal): Promise<RunView> {
  const document = `query Run($id: ID!) { run(id: $id) { ${RUN_VIEW} } }`;
  const answer = await client.query<{ run: RunView | null }>(document, { id }, signal);
  return found(answer.run, `the run "${id}"`);
}

/** Which runs, and how many. */
export interface RunsOptions {
  readonly flow?: string;
  readonly states?: readonly RunState[];
  /** 1 to 100. @default 20 */
  readonly first?: number;
  /** The `endCursor` of the page before. */
  readonly after?: string;
}

/** A page of runs, the newest first. */
export interface RunsPage {
  readonly nodes: readonly RunHead[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Runs, the newest first. */
export async function runs(
  client: Client,
  options: RunsOptions,
  signal: AbortSignal,
): Promise<RunsPage> {
  const { first = 20, after, ...filter } = options;
  const document = `query Runs($filter: RunFilter, $first: Int, $after: String) {
    runs(filter: $filter, first: $first, after: $after) {
      nodes { ${RUN_HEAD} } pageInfo { hasNextPage endCursor } } }`;
  const answer = await client.query<{ runs: RunsPage }>(document, { filter, first, after }, signal);
  return answer.runs;
}

function found<T>(value: T | null, what: string): T {
  if (value === null) throw new NotFoundError(`${what} does not exist`);
  return value;
}
