import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  type EmbeddedNats,
  type EmbeddedPostgres,
  machineEnv,
  resolveNatsServer,
  startNats,
  startPostgres,
} from "@weirflow/embedded";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { type ComposeFile, parseEnvFile, readCompose, type Variables } from "./compose-file.ts";
import { freePort } from "./free-port.ts";
import { type GraphqlApi, graphqlApi } from "./graphql-api.ts";
import { ROOT, type ServiceProcess, startService } from "./service-process.ts";
import { ready } from "./stack.ts";
import { startTraceReceiver, type TraceReceiver } from "./trace-receiver.ts";

const run = promisify(execFile);
const DEPLOY = join(ROOT, "deploy");
/** The services of this repository, in the order of their start. */
export const SERVICES: readonly string[] = [
  "scheduler",
  "lineage",
  "gateway",
  "cpu-worker",
  "gpu-worker",
];

/** The deployment of `deploy/compose.yaml`, each container as a plain process. */
export interface ComposeStack extends AsyncDisposable {
  readonly compose: ComposeFile;
  readonly secrets: Variables;
  readonly api: GraphqlApi;
  readonly processes: readonly ServiceProcess[];
  readonly traces: TraceReceiver;
  /** What the NATS server has written so far. */
  readonly natsLines: readonly string[];
}

/** Prints new secrets as a stranger would, and reads them. */
async function makeSecrets(): Promise<Variables> {
  const { stdout } = await run(process.execPath, [join(DEPLOY, "make-env.mjs")], { cwd: ROOT });
  return parseEnvFile(stdout);
}

/** Compiles, starts the servers and the services, and resolves when every one is ready. */
export async function startComposeStack(): Promise<ComposeStack> {
  const stack = new AsyncDisposableStack();
  try {
    return await assemble(stack);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function assemble(stack: AsyncDisposableStack): Promise<ComposeStack> {
  const dir = await mkdtemp(join(tmpdir(), "weirflow-compose-"));
  stack.defer(async () => await rm(dir, { recursive: true, force: true }));
  await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-b"], { cwd: ROOT });
  const secrets = await makeSecrets();
  const file = join(DEPLOY, "compose.yaml");
  const inContainers = await readCompose(file, secrets);
  const postgres = stack.use(await postgresOf(dir, inContainers));
  const natsLines: string[] = [];
  const nats = stack.use(await natsOf(dir, inContainers, (line) => natsLines.push(line)));
  const traces = stack.use(await startTraceReceiver());
  const compose = await readCompose(file, {
    ...secrets,
    WEIR_POSTGRES_ADDRESS: `127.0.0.1:${postgres.port}`,
    WEIR_NATS_ADDRESS: `127.0.0.1:${nats.port}`,
    WEIR_OTEL_ADDRESS: new URL(traces.endpoint).host,
  });
  const gatewayPort = await freePort();
  const processes: ServiceProcess[] = [];
  for (const service of SERVICES) {
    const port = service === "gateway" ? gatewayPort : await freePort();
    const env = onOneHost(compose.services[service]?.environment ?? {}, port);
    const started = stack.use(startService({ service, env, from: "dist" }));
    processes.push(started);
    await ready(started, port);
  }
  const api = graphqlApi(`http://127.0.0.1:${gatewayPort}/graphql`, secrets["WEIR_API_TOKEN"]);
  const dispose = async (): Promise<void> => await stack.disposeAsync();
  return { compose, secrets, api, processes, traces, natsLines, [Symbol.asyncDispose]: dispose };
}

/** What containers isolate: each has ports and addresses of its own. Everything else stays; `NODE_ENV` is the image's. */
function onOneHost(environment: Variables, port: number): Variables {
  const own: Variables = {
    WEIR_HEALTH_PORT: String(port),
    WEIR_GATEWAY_PORT: String(port),
    WEIR_HEALTH_HOST: "127.0.0.1",
    WEIR_GATEWAY_HOST: "127.0.0.1",
  };
  const kept = Object.entries(environment).map(([name, value]) => [name, own[name] ?? value]);
  return { ...Object.fromEntries(kept), NODE_ENV: "production" };
}

/** As the image's entry point does: a role with a password and its database, then the script of the file. */
async function postgresOf(dir: string, compose: ComposeFile): Promise<EmbeddedPostgres> {
  const { signal } = new AbortController();
  const postgres = await startPostgres({ dataDir: join(dir, "postgres"), signal });
  const env = compose.services["postgres"]?.environment ?? {};
  const user = env["POSTGRES_USER"] ?? "";
  const password = escapeLiteral(env["POSTGRES_PASSWORD"] ?? "");
  const database = escapeIdentifier(env["POSTGRES_DB"] ?? "");
  await query(postgres.url("postgres"), [
    `create role ${escapeIdentifier(user)} superuser login password ${password}`,
    `create database ${database}`,
  ]);
  const url = new URL(postgres.url("postgres"));
  url.username = user;
  url.password = env["POSTGRES_PASSWORD"] ?? "";
  await query(
    url.href,
    Object.values(compose.configs).map(({ content }) => content),
  );
  return postgres;
}

async function query(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The server's own configuration and environment; only its port and its folder are those of the test. */
async function natsOf(
  dir: string,
  compose: ComposeFile,
  onOutput: (line: string) => void,
): Promise<EmbeddedNats> {
  const env = { ...machineEnv(), ...compose.services["nats"]?.environment };
  const { signal } = new AbortController();
  const { path } = await resolveNatsServer({ env, signal });
  const config = join(DEPLOY, "nats.conf");
  await run(path, ["-t", "-c", config], { env });
  const text = await readFile(config, "utf8");
  const configText = text.replace(/^listen: .*$/m, "").replace(/^jetstream \{[^}]*\}$/m, "");
  return await startNats({ dataDir: join(dir, "nats"), configText, env, onOutput, signal });
}
