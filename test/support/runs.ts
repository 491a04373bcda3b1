import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "@weirflow/testing";
import { loadFlows } from "@weirflow/source";
import type { Stack } from "./stack.ts";
import { FLOWS } from "./stack.ts";

/** An error as the API shows it. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly node: string | null;
  readonly stack: string | null;
  readonly cause: ShownError | null;
}

/** What the tests read of a run. */
export interface ShownRun {
  readonly id: string;
  readonly runId: string;
  readonly state: string;
  readonly isOver: boolean;
  readonly traceId: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly error: ShownError | null;
  readonly results: readonly { readonly name: string; readonly json: unknown }[];
  readonly lineage: { readonly nodeExecutions: number };
  readonly taskRuns: readonly {
    readonly call: string;
    readonly state: string;
    readonly attempt: number;
    readonly attempts: readonly { readonly number: number; readonly state: string }[];
    readonly nodeExecutions: readonly { readonly node: string; readonly state: string }[];
  }[];
}

const RUN = `id runId state isOver traceId params
  error { code message node stack cause { code message node stack } }
  results { name json } lineage { nodeExecutions }
  taskRuns { call state attempt attempts { number state } nodeExecutions { node state } }`;

/** Where flows are, and what they are deployed with. */
export interface DeployFlowsOptions {
  /** @default {@link FLOWS} */
  readonly folder?: string;
  /** Parameters of every run. @default none */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Deploys flows of a folder by name, as `weir deploy` would. */
export async function deployFlows(
  stack: Pick<Stack, "api">,
  names: readonly string[],
  { folder = FLOWS, params = {} }: DeployFlowsOptions = {},
): Promise<void> {
  const { flows, problems } = await loadFlows([folder], new AbortController().signal);
  if (problems.length > 0) throw new Error(`flows: ${JSON.stringify(problems)}`);
  for (const name of names) {
    const loaded = flows.find((flow) => flow.manifest.flow === name);
    if (loaded === undefined) throw new Error(`no flow "${name}" in ${folder}`);
    const { deploy } = await stack.api.ask<{ deploy: { __typename: string; message?: string } }>(
      `mutation ($input: DeployInput!) { deploy(input: $input) {
         __typename ... on Error { message } ... on InvalidInputError { problems { path message } } } }`,
      { input: { manifest: loaded.manifest, params } },
    );
    if (deploy.__typename !== "DeployPayload") throw new Error(JSON.stringify(deploy));
  }
}

/** What `startRun` answered. */
export interface StartAnswer {
  readonly __typename: string;
  readonly created?: boolean;
  readonly message?: string;
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
  readonly run?: { readonly id: string };
}

/** Asks for a run; the answer as it came. */
export async function askForRun(
  stack: Pick<Stack, "api">,
  deployment: string,
  params: Readonly<Record<string, unknown>>,
  idempotencyKey?: string,
): Promise<StartAnswer> {
  const { startRun } = await stack.api.ask<{ startRun: StartAnswer }>(
    `mutation ($input: StartRunInput!) { startRun(input: $input) { __typename
       ... on StartRunPayload { created run { id } }
       ... on Error { message } ... on InvalidInputError { problems { path message } } } }`,
    { input: { deployment, params, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) } },
  );
  return startRun;
}

/** Starts a run that must be accepted; its id. */
export async function startRun(
  stack: Pick<Stack, "api">,
  deployment: string,
  params: Readonly<Record<string, unknown>>,
): Promise<string> {
  const answer = await askForRun(stack, deployment, params);
  if (answer.run === undefined) throw new Error(JSON.stringify(answer));
  return answer.run.id;
}

/** A run as it is now. */
export async function readRun(stack: Pick<Stack, "api">, id: string): Promise<ShownRun> {
  const { run } = await stack.api.ask<{ run: ShownRun }>(
    `query ($id: ID!) { run(id: $id) { ${RUN} } }`,
    { id },
  );
  return run;
}

/** The runs of a flow, newest first. */
export async function runsOf(stack: Stack, flow: string): Promise<readonly ShownRun[]> {
  const { runs } = await stack.api.ask<{ runs: { nodes: readonly ShownRun[] } }>(
    `query ($flow: String!) { runs(filter: { flow: $flow }, first: 50) { nodes { ${RUN} } } }`,
    { flow },
  );
  return runs.nodes;
}

/** The run once it is over. Shows what the services wrote when it takes too long. */
export async function waitForRun(
  stack: Pick<Stack, "api" | "processes">,
  id: string,
  timeoutMs = 60_000,
): Promise<ShownRun> {
  let last: ShownRun | undefined;
  try {
    return await eventually(
      async () => {
        last = await readRun(stack, id).catch(() => last);
        return last?.isOver === true ? last : false;
      },
      { timeoutMs },
    );
  } catch (cause) {
    const output = stack.processes.map((p) => `== ${p.name}\n${p.output().slice(-3_000)}`);
    throw new Error(`run not over: ${JSON.stringify(last)}\n${output.join("\n")}`, { cause });
  }
}

/** A scratch folder for the gates and effects of one run. */
export async function gateDir(stack: Stack): Promise<string> {
  return await mkdtemp(join(stack.dir, "gates-"));
}

/** Resolves when a node stands before its gate. */
export async function begun(dir: string, gate: string): Promise<void> {
  await eventually(() => existsSync(join(dir, `${gate}.begun`)), {
    timeoutMs: 60_000,
  });
}

/** Opens a gate. */
export async function openGate(dir: string, gate: string): Promise<void> {
  await writeFile(join(dir, `${gate}.go`), "");
}

/** The recorded effects, in order. */
export async function effects(dir: string): Promise<readonly string[]> {
  const text = await readFile(join(dir, "effects"), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}
