import { pathToFileURL } from "node:url";
import { exampleFile } from "../stack/service-entries.ts";

/** The table that the demo runs on. */
export interface DemoData {
  /** What the parameter `rawData` takes. */
  readonly path: string;
  readonly kind: "given" | "fetched" | "cached" | "sample";
  /** A sentence for people. */
  readonly note: string;
}

/** What to look for. */
export interface DemoDataOptions {
  readonly rawData?: string | undefined;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
}

/** Finds the table: the one given, else the published one, else a sample. The example itself knows how. */
export async function demoData(options: DemoDataOptions): Promise<DemoData> {
  // The example is not a dependency of this package: it is found by its path, and this is its signature.
  const example = (await import(pathToFileURL(exampleFile("raw-data")).href)) as {
    resolveRawData(options: DemoDataOptions): Promise<DemoData>;
  };
  return await example.resolveRawData(options);
}
