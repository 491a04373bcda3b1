import { resolve } from "node:path";
import {
  type Client,
  createClient,
  deploy,
  run as readRun,
  type RunView,
  startRun,
} from "@weirflow/client";
import type { FlowManifest, JsonObject } from "@weirflow/contracts";
import { aborted } from "@weirflow/lifecycle";
import { FlowsUnloadableError } from "../errors.ts";
import { soundFlows } from "../flow/one-flow.ts";
import { EXAMPLE } from "../stack/service-entries.ts";
import { startStack } from "../stack/start-stack.ts";
import type { Console } from "../console.ts";
import { demoData } from "./demo-data.ts";
import { demoReport, type DemoSummary } from "./demo-report.ts";
import { saveArtifacts } from "./save-artifacts.ts";
import { showProgress } from "../run/show-progress.ts";

/** What the demo runs on. */
export interface DemoOptions {
  /** A file, an address or `sample:SEED`. @default the published table, else a sample */
  readonly rawData?: string | undefined;
  readonly task: string;
  /** Whether everything stays up afterwards. */
  readonly keep: boolean;
  /** Where data lives. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly console: Console;
  readonly signal: AbortSignal;
}

/**
 * Runs the example from nothing to its results: servers, services, deployment, run, artifacts.
 *
 * @returns the exit code: 0 when the run completed, 1 when it did not.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { console, signal } = options;
  const began = performance.now();
  const found = demoData({
    rawData: options.rawData,
    cacheDir: resolve(options.dir, "data"),
    signal,
  });
  found.catch(() => undefined); // awaited below, once the stack has started
  await using stack = await startStack({
    dir: options.dir,
    flows: [EXAMPLE],
    gatewayPort: 0,
    env: { ...options.env, WEIR_LOG_LEVEL: options.env["WEIR_LOG_LEVEL"] ?? "warn" },
    onLine: (service, line) => console.detail(`${service.padEnd(10)} ${line}`),
    onStep: (text) => console.line(`started   ${text}`),
    signal,
  });
  const services = Object.entries(stack.pids()).map(([name, pid]) => `${name} (${pid ?? "?"})`);
  console.line(`started   ${services.join(", ")}`);
  const client = createClient({ url: stack.gatewayUrl, token: options.env["WEIR_API_TOKEN"] });
  const manifest = await deployExample(client, signal);
  const data = await found;
  console.line(`data      ${data.note}`);
  const params: JsonObject = { rawData: data.path, task: options.task };
  const { run } = await startRun(client, { deployment: manifest.flow, params }, signal);
  await showProgress({ client, runId: run.id, console, signal });
  const view = await readRun(client, run.id, signal);
  const artifacts = await saveArtifacts(
    client,
    view,
    resolve(options.dir, "runs", view.runId),
    signal,
  );
  const summary = summarise(view, {
    artifacts,
    data,
    gatewayUrl: stack.gatewayUrl,
    natsUrl: stack.natsUrl,
  });
  demoReport(console, summary, (performance.now() - began) / 1_000);
  if (options.keep) {
    console.line(`staying up; end with Ctrl-C`);
    await aborted(signal);
  }
  return view.state === "COMPLETED" ? 0 : 1;
}

async function deployExample(client: Client, signal: AbortSignal): Promise<FlowManifest> {
  const [loaded] = await soundFlows([EXAMPLE], signal);
  if (loaded === undefined) throw new FlowsUnloadableError(EXAMPLE, []);
  await deploy(client, { manifest: loaded.manifest }, signal);
  return loaded.manifest;
}

function summarise(
  view: RunView,
  more: {
    readonly artifacts: DemoSummary["artifacts"];
    readonly data: DemoSummary["data"];
    readonly gatewayUrl: string;
    readonly natsUrl: string;
  },
): DemoSummary {
  return {
    run: { id: view.runId, state: view.state, error: view.error },
    results: Object.fromEntries(
      view.results.map(({ name, json, output }) => [name, json ?? output?.summary ?? null]),
    ),
    artifacts: more.artifacts,
    lineage: view.lineage,
    traceId: view.traceId,
    data: more.data,
    urls: { graphql: `${more.gatewayUrl}/graphql`, nats: more.natsUrl },
  };
}
