import type { ArtifactInput } from "@weirflow/dataflow";
import { DuplicateArtifactError, TooManyArtifactsError } from "../errors.ts";
import type { CollectedArtifact } from "../slot/slot-messages.ts";

/** A report names no more. */
export const MAX_ARTIFACTS = 200;
const MAX_KEY_CHARS = 200;
const MAX_TITLE_CHARS = 500;

/** The artifacts of one attempt, in the order in which nodes saved them. */
export class Artifacts {
  readonly #byKey = new Map<string, CollectedArtifact>();

  /** Everything that was saved. */
  get all(): readonly CollectedArtifact[] {
    return [...this.#byKey.values()];
  }

  /** Whether something was saved under this key. */
  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /**
   * Keeps a copy of an artifact.
   *
   * @throws {@link DuplicateArtifactError} `worker/duplicate-artifact`, {@link TooManyArtifactsError}
   *   `worker/too-many-artifacts`.
   */
  add({ key, kind, title = key, mediaType, body, fileName }: ArtifactInput): void {
    const name = key.slice(0, MAX_KEY_CHARS);
    if (this.#byKey.has(name)) throw new DuplicateArtifactError(name);
    if (this.#byKey.size >= MAX_ARTIFACTS) throw new TooManyArtifactsError(MAX_ARTIFACTS);
    this.#byKey.set(name, {
      key: name,
      kind,
      title: title.slice(0, MAX_TITLE_CHARS),
      mediaType,
      ...(fileName === undefined ? {} : { fileName }),
      bytes: typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body),
    });
  }
}
