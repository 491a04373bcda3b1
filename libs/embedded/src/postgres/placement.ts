import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { MachineEnv } from "../machine-env.ts";
import { findPostgres } from "./postgres-binaries.ts";
import { copyToShelter, isReachable, shelterFor } from "./reachable.ts";
import { runAs, type RunAs } from "./run-as.ts";

/** All that is settled about a data folder before anything is started. */
export interface Placement {
  /** Where Postgres keeps its files; absolute. */
  readonly dataFolder: string;
  /** Of the Postgres package. */
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly runAs: RunAs;
  readonly env: MachineEnv;
}

/** Decides who runs Postgres and from where, so that this user can reach both the programs and the data. */
export async function placePostgres(dir: string, env: MachineEnv): Promise<Placement> {
  const binaries = await findPostgres(dir);
  const libraries = binaries.extraLibraries;
  const withLibraries =
    libraries === undefined ? env : { ...env, LD_LIBRARY_PATH: joined(libraries, env) };
  const usual = join(dir, "data");
  const as = await runAs(usual, env);
  const plain = { ...binaries, dataFolder: usual, runAs: as, env: withLibraries };
  if (as.uid === undefined) return plain;
  const dataFolder = (await isReachable(usual)) ? usual : await shelterFor(usual);
  if (await isReachable(binaries.postgres)) return { ...plain, dataFolder };
  await mkdir(dir, { recursive: true });
  const root = await copyToShelter(binaries.root, binaries.version);
  const moved = (path: string): string => join(root, path.slice(binaries.root.length));
  return {
    ...plain,
    dataFolder,
    initdb: moved(binaries.initdb),
    postgres: moved(binaries.postgres),
  };
}

function joined(libraries: string, env: MachineEnv): string {
  const others = env["LD_LIBRARY_PATH"];
  return others === undefined ? libraries : `${libraries}${delimiter}${others}`;
}
