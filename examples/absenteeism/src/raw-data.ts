import { access, mkdir, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RawDataError } from "./errors.ts";
import { parseTable, readBytes } from "./read-table.ts";

/** The dataset 445 of the UCI Machine Learning Repository: a zip with the CSV file. */
export const datasetAddress =
  "https://archive.ics.uci.edu/static/public/445/absenteeism+at+work.zip";

/** What the demo looks for when it is given no data. */
export interface ResolveOptions {
  /** A file, an address or `sample:SEED`, from whoever runs the demo. */
  readonly rawData?: string | undefined;
  /** The folder that keeps the fetched table; made when missing. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  /** @default {@link datasetAddress} */
  readonly address?: string;
  /** How long the fetch may take. @default 5_000 */
  readonly timeoutMs?: number;
}

/** Where the table is and how it came there. */
export interface ResolvedRawData {
  /** What the flow's parameter `rawData` takes: an absolute path, an address, or `sample:SEED`. */
  readonly path: string;
  readonly kind: "given" | "fetched" | "cached" | "sample";
  /** One sentence for whoever runs the demo. */
  readonly note: string;
}

const sampleSeed = 445;

/**
 * Finds the table for a demo: the one that is given, else the one fetched before, else the published one, else made-up
 * rows, said plainly.
 *
 * @throws {@link RawDataError} `absenteeism/raw-data`, when the given file does not exist.
 * @example
 * const { path, note } = await resolveRawData({ cacheDir: ".weirflow/data", signal });
 */
export async function resolveRawData(options: ResolveOptions): Promise<ResolvedRawData> {
  const { rawData, cacheDir, signal, address = datasetAddress, timeoutMs = 5_000 } = options;
  if (rawData !== undefined) return await given(rawData);
  const cached = resolve(join(cacheDir, "absenteeism.bin"));
  if (await exists(cached))
    return { path: cached, kind: "cached", note: `the table fetched before from ${address}` };
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    await fetchTable(address, cached, limited);
    return { path: cached, kind: "fetched", note: `the table fetched from ${address}` };
  } catch (error) {
    signal.throwIfAborted();
    return sample(address, error);
  }
}

async function given(rawData: string): Promise<ResolvedRawData> {
  const note = `the table ${rawData}`;
  if (/^(https?|file|sample):/.test(rawData)) return { path: rawData, kind: "given", note };
  const path = resolve(rawData);
  if (!(await exists(path))) throw new RawDataError(rawData, "there is no such file");
  return { path, kind: "given", note };
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** Written beside and renamed, so that a broken fetch leaves nothing that looks like a table. */
async function fetchTable(address: string, target: string, signal: AbortSignal): Promise<void> {
  const bytes = await readBytes(address, signal);
  parseTable(bytes, address);
  const beside = `${target}.${process.pid}`;
  await mkdir(join(target, ".."), { recursive: true });
  await writeFile(beside, bytes);
  await rename(beside, target);
}

function sample(address: string, error: unknown): ResolvedRawData {
  const reason = error instanceof Error ? error.message : String(error);
  const isLate = error instanceof Error && error.name === "TimeoutError";
  return {
    path: `sample:${sampleSeed}`,
    kind: "sample",
    note: `a made-up sample, NOT the real table: ${address} could not be had (${isLate ? "no answer in time" : reason})`,
  };
}
