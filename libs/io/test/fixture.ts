import { rm } from "node:fs/promises";
import { type NodeContext, type NodeFacts, quietContext } from "@weirflow/dataflow";
import { scratchFolder } from "@weirflow/testing";
import { test as base } from "vitest";

/** A test with an empty folder of its own. */
// vitest reads the needed fixtures from the pattern, so it must be there, even when it is empty.
// oxlint-disable-next-line no-empty-pattern
export const folderTest = base.extend("folder", async ({}, { onCleanup }): Promise<string> => {
  const folder = await scratchFolder("io");
  onCleanup(async () => await rm(folder, { recursive: true }));
  return folder;
});

/** A context that keeps the facts that it is told. */
export function recordingContext(
  signal?: AbortSignal,
): NodeContext & { readonly told: NodeFacts[] } {
  const told: NodeFacts[] = [];
  return { ...quietContext(signal), record: (facts) => void told.push(facts), told };
}
