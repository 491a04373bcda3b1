import { loadFlows, type LoadedFlow } from "@weirflow/source";
import { VersionChangedError } from "../errors.ts";
import type { Job, ServedFlow } from "../slot/slot-messages.ts";

/** Flows that this slot has loaded, by version: their modules are imported once. */
export class FlowCache {
  readonly #flows = new Map<string, LoadedFlow>();

  /** Loads every flow of some folders and files, and says what could not be loaded. */
  async load(
    paths: readonly string[],
  ): Promise<{ readonly flows: readonly ServedFlow[]; readonly problems: readonly string[] }> {
    const { flows, problems } = await loadFlows(paths, new AbortController().signal);
    for (const flow of flows) this.#flows.set(flow.manifest.version, flow);
    return {
      flows: flows.map(({ manifest, file }) => ({ manifest, file })),
      problems: problems.map((problem) => problem.message),
    };
  }

  /**
   * The flow of a job, loaded if it has to be.
   *
   * @throws {@link VersionChangedError} `worker/version-changed` when its file holds another version by now.
   */
  async flowOf({ flow, version, file }: Job): Promise<LoadedFlow> {
    if (!this.#flows.has(version)) await this.load([file]);
    const found = this.#flows.get(version);
    if (found === undefined) throw new VersionChangedError(flow, version, file);
    return found;
  }
}
