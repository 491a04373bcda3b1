import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bus, connectBus } from "@weirflow/bus";
import {
  claimRequestSchema,
  type FlowManifest,
  flowManifestSchema,
  type Grant,
  type JsonObject,
  parseClaimId,
  type ReportRequest,
  reportRequestSchema,
  showRequestSchema,
} from "@weirflow/contracts";
import { type LineageStore, openLineageStore } from "@weirflow/lineage-store";
import {
  claimTaskRuns,
  openStore,
  reportAttempts,
  showArtifacts,
  type Store,
} from "@weirflow/store";
import { silentLogger } from "@weirflow/telemetry";
import { serverTest } from "@weirflow/testing";
import { readConfig } from "../src/config.ts";
import { createGateway } from "../src/create-gateway.ts";

/** A signal that nobody aborts. */
export const { signal } = new AbortController();

/** An answer of the API. Its data are whatever the document asks for. */
export interface Answer {
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly errors?: readonly { readonly message: string; readonly extensions?: JsonObject }[];
}

/** A gateway of a test, and what it stands on. */
export interface TestGateway {
  readonly url: string;
  readonly store: Store;
  readonly lineage: LineageStore;
  readonly bus: Bus;
  readonly valuesDir: string;
  readonly query: (
    document: string,
    variables?: object,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
}

/** vitest's `test` with a gateway on servers of its own. */
export const gatewayTest = serverTest.extend(
  "gateway",
  async ({ postgres, nats }, { onCleanup }): Promise<TestGateway> => {
    const stack = new AsyncDisposableStack();
    onCleanup(async () => await stack.disposeAsync());
    const valuesDir = await mkdtemp(join(tmpdir(), "weirflow-gateway-"));
    stack.defer(async () => await rm(valuesDir, { recursive: true, force: true }));
    const databaseUrl = await postgres.freshDatabase();
    const lineageUrl = await postgres.freshDatabase();
    const config = readConfig({
      WEIR_NATS_URL: nats.url,
      WEIR_DATABASE_URL: databaseUrl,
      WEIR_LINEAGE_DATABASE_URL: lineageUrl,
      WEIR_VALUES_URL: valuesDir,
      WEIR_GATEWAY_PORT: "0",
    });
    const logger = silentLogger;
    const running = stack.use(await createGateway({ config, logger, signal }));
    const store = stack.use(openStore({ url: databaseUrl, applicationName: "test", logger }));
    const lineage = stack.use(openLineageStore({ url: lineageUrl }));
    const bus = stack.use(await connectBus({ url: nats.url, name: "test", logger, signal }));
    const url = `http://127.0.0.1:${running.port}`;
    return { url, store, lineage, bus, valuesDir, query: queryOn(url) };
  },
);

function queryOn(url: string): TestGateway["query"] {
  return async (query, variables = {}, headers = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  };
}

/** 64 hex digits that stand for one content. */
export const hashOf = (letter: string): string => letter.repeat(64).slice(0, 64);

const GRAPH = {
  nodes: [
    { name: "base", kind: "input", dependencies: [] },
    {
      name: "total",
      kind: "function",
      dependencies: [{ name: "base", required: true }],
      codeVersion: hashOf("2"),
      source: "({ base }) => base + 1",
    },
  ],
  edges: [["base", "total"]],
};

const COMPUTE = {
  id: "compute",
  task: "compute",
  pool: "cpu",
  inputs: { base: { kind: "param", path: ["base"] } },
  outputs: ["total"],
  needs: [],
  timeoutMs: 60_000,
  memoryBytes: 2_000_000_000,
  graph: GRAPH,
};

const REPORT = {
  id: "report",
  task: "report",
  pool: "cpu",
  inputs: {
    total: { kind: "output", call: "compute", output: "total" },
    seed: { kind: "config", config: "training", path: ["seed"] },
  },
  outputs: ["text"],
  needs: ["compute"],
  graph: GRAPH,
};

const PARAMS = {
  type: "object",
  properties: { base: { type: "number" }, note: { type: "string", default: "none" } },
  required: ["base"],
  additionalProperties: false,
};

const TRAINING = {
  name: "training",
  schema: {
    type: "object",
    properties: { seed: { type: "integer" }, password: { type: "string", writeOnly: true } },
    required: ["seed"],
    additionalProperties: false,
  },
  initial: { seed: 7, password: "hush" },
};

/** A flow of two tasks, `compute` and then `report`, with a parameter, a config and a schedule. */
export function manifest(flow = "sums", more: object = {}): FlowManifest {
  return flowManifestSchema.parse({
    flow,
    version: hashOf("f"),
    description: "Adds numbers.",
    paramsSchema: PARAMS,
    configs: { training: TRAINING },
    calls: [COMPUTE, REPORT],
    results: { text: { kind: "output", call: "report", output: "text" } },
    schedules: [
      {
        slug: "morning",
        kind: "daily",
        at: "06:00",
        timeZone: "America/Sao_Paulo",
        params: { base: 1 },
      },
    ],
    triggers: [{ slug: "arrived", kind: "subject", of: "ingest.sums.>" }],
    ...more,
  });
}

const DEPLOY = `mutation ($input: DeployInput!) { deploy(input: $input) { __typename
  ... on DeployPayload { created deployment { id name } } ... on InvalidInputError { message problems { path message } } } }`;

/** Deploys a flow through the API. */
export async function deployed(
  { query }: TestGateway,
  flow: FlowManifest = manifest(),
  more: object = {},
): Promise<Answer> {
  return await query(DEPLOY, { input: { manifest: flow, ...more } });
}

const START = `mutation ($input: StartRunInput!) { startRun(input: $input) { __typename
  ... on StartRunPayload { created run { runId state traceId } }
  ... on InvalidInputError { message problems { path message } } ... on NotFoundError { message didYouMean what } } }`;

/** Asks for a run through the API. */
export async function started(
  { query }: TestGateway,
  input: object = { deployment: "sums", params: { base: 4 } },
): Promise<Answer> {
  return await query(START, { input });
}

/** Deploys and starts, and gives the id of the run. */
export async function oneRun(gateway: TestGateway): Promise<string> {
  await deployed(gateway);
  const { data } = await started(gateway);
  return data.startRun.run.runId as string;
}

/** A call of a run. */
interface Place {
  readonly runId: string;
  readonly call: string;
}

/** An attempt, by its task run and token. */
export interface AttemptKey {
  readonly taskRunId: string;
  readonly claimId: string;
}

/** Does the work of one task run: claims it as a worker would, and reports it. */
export async function work(
  { store }: TestGateway,
  {
    runId,
    call,
    report,
  }: { readonly runId: string; readonly call: string; readonly report: Partial<ReportRequest> },
): Promise<Grant> {
  const key = await keyOf(store, { runId, call });
  const grant = await claim(store, key);
  await reportAttempts(
    store,
    [reportRequestSchema.parse({ v: 1, ...key, outcome: "succeeded", ...report })],
    signal,
  );
  return grant;
}

/** The task run of a call, and a new token. */
async function keyOf(store: Store, { runId, call }: Place): Promise<AttemptKey> {
  const { id } = await store.db
    .selectFrom("task_runs")
    .select("id")
    .where("run_id", "=", runId)
    .where("call", "=", call)
    .executeTakeFirstOrThrow();
  return { taskRunId: id, claimId: randomUUID().replaceAll("-", "") };
}

/** Claims the task run of a call; it then runs for as long as the test. */
export async function claimed({ store }: TestGateway, place: Place): Promise<AttemptKey> {
  const key = await keyOf(store, place);
  await claim(store, key);
  return key;
}

/** Shows a chart of a running attempt, as a worker would. */
export async function show(
  store: Store,
  key: AttemptKey,
  { sequence, text }: { readonly sequence: number; readonly text: string },
): Promise<void> {
  const body = Buffer.from(text).toString("base64");
  const artifact = { key: "chart", kind: "chart", mediaType: "image/svg+xml", sequence, body };
  await showArtifacts(store, [showRequestSchema.parse({ v: 1, ...key, artifact })], signal);
}

/** Claims a task run as a worker would. */
export async function claim(store: Store, key: AttemptKey): Promise<Grant> {
  const request = claimRequestSchema.parse({
    v: 1,
    ...key,
    claimId: parseClaimId(key.claimId),
    pool: "cpu",
    worker: "test/1",
    serves: [hashOf("f")],
  });
  const { answers } = await claimTaskRuns(store, [request], { leaseMs: 60_000 }, signal);
  const [answer] = answers;
  if (answer?.verdict !== "granted") throw new Error(`not granted: ${JSON.stringify(answer)}`);
  return answer;
}

/** A small value as a worker stores it. */
export const inline = (data: string, letter = "e") =>
  ({
    kind: "inline",
    valueHash: hashOf(letter),
    codec: "devalue",
    sizeBytes: data.length,
    encoding: "utf8",
    data,
    summary: { type: "number", preview: data },
  }) as const;
