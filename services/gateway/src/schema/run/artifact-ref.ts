import { type ArtifactRow, artifactsByIds } from "@weirflow/store";
import { builder } from "../builder.ts";
import { isUuid, loaded } from "../ids.ts";

/** An artifact; by its id it is loaded when it is needed. */
export const ArtifactRef = builder.loadableNodeRef("Artifact", {
  id: { resolve: (artifact: ArtifactRow) => artifact.id },
  load: async (ids: string[], { store, signal }) =>
    await loaded(ids, isUuid, async (known) => await artifactsByIds(store, known, signal)),
  toKey: (artifact) => artifact.id,
});
