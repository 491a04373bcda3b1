import type { ArtifactInput } from "@weirflow/dataflow";
import { DuplicateArtifactError, TooManyArtifactsError } from "../errors.ts";
import type { CollectedArtifact } from "../slot/slot-messages.ts";

/** A report names no more. */
export const MAX_ARTIFACTS = 200;
const MAX_KEY_CHARS = 200;
const MAX_TITLE_CHARS = 500;

interface Kept {
  readonly artifact: CollectedArtifact;
  readonly node: string | undefined;
}

/** The artifacts of one attempt, in the order in which nodes saved them. */
export class Artifacts {
  readonly #byKey = new Map<string, Kept>();

  /** Everything that was saved. */
  get all(): readonly CollectedArtifact[] {
    return Array.from(this.#byKey.values(), ({ artifact }) => artifact);
  }

  /** Whether something was saved under this key. */
  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /**
   * Keeps a copy of an artifact. One that `replaces` takes the place of what the same node saved under its key.
   *
   * @returns what is kept.
   * @throws {@link DuplicateArtifactError} `worker/duplicate-artifact`, {@link TooManyArtifactsError}
   *   `worker/too-many-artifacts`.
   */
  add(input: ArtifactInput, node?: string): CollectedArtifact {
    const { key, kind, title = key, mediaType, body, fileName, replaces = false } = input;
    const name = key.slice(0, MAX_KEY_CHARS);
    const before = this.#byKey.get(name);
    if (before !== undefined && !(replaces && before.node === node))
      throw new DuplicateArtifactError(name);
    if (before === undefined && this.#byKey.size >= MAX_ARTIFACTS)
      throw new TooManyArtifactsError(MAX_ARTIFACTS);
    const artifact: CollectedArtifact = {
      key: name,
      kind,
      title: title.slice(0, MAX_TITLE_CHARS),
      mediaType,
      ...(fileName === undefined ? {} : { fileName }),
      bytes: typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body),
    };
    this.#byKey.set(name, { artifact, node });
    return artifact;
  }
}
