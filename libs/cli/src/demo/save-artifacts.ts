import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { ArtifactView, Client, RunView } from "@weirflow/client";

/** An artifact as a file. */
export interface SavedArtifact {
  readonly key: string;
  readonly kind: string;
  readonly path: string;
  readonly sizeBytes: number;
}

const ENDINGS: Readonly<Record<string, string>> = {
  "image/svg+xml": ".svg",
  "image/png": ".png",
  "text/markdown": ".md",
  "text/csv": ".csv",
  "application/json": ".json",
  "application/vnd.apache.arrow.file": ".arrow",
  "application/vnd.apache.arrow.stream": ".arrows",
};

/** Writes the artifacts of a run into a folder, one file each, named by task and key. */
export async function saveArtifacts(
  client: Client,
  run: RunView,
  folder: string,
  signal: AbortSignal,
): Promise<readonly SavedArtifact[]> {
  await mkdir(folder, { recursive: true });
  const saved: SavedArtifact[] = [];
  for (const artifact of run.artifacts) {
    const path = join(folder, fileNameOf(artifact));
    await writeFile(path, await client.download(artifact.url, signal));
    saved.push({
      key: artifact.key,
      kind: artifact.kind.toLowerCase(),
      path,
      sizeBytes: artifact.sizeBytes,
    });
  }
  return saved;
}

/** Only letters, digits, dots and dashes: the key comes from user code. */
function fileNameOf({ key, fileName, mediaType, taskRun }: ArtifactView): string {
  const name = basename(fileName ?? key);
  const ending = extname(name) === "" ? (ENDINGS[mediaType.split(";")[0] ?? ""] ?? "") : "";
  return `${taskRun.call}-${name}${ending}`.replaceAll(/[^A-Za-z0-9._-]+/g, "_");
}
