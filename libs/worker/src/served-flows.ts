import type { FlowVersion } from "@weirflow/contracts";
import { unlessAborted } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import { NoFlowsError } from "./errors.ts";
import type { FromSlot, ServedFlow } from "./slot/slot-messages.ts";
import type { SlotPool } from "./slot/slot-pool.ts";

/** Where flows are looked for. */
export interface ServedFlowsOptions {
  readonly slots: SlotPool;
  /** Files and folders. */
  readonly paths: readonly string[];
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * The flows that this worker serves, by version. They are loaded in a slot: no code of theirs runs in the main thread.
 *
 * A file that cannot be loaded is logged; the others are served.
 *
 * @throws {@link NoFlowsError} `worker/no-flows` when there is none.
 */
export async function servedFlows(
  options: ServedFlowsOptions,
): Promise<ReadonlyMap<FlowVersion, ServedFlow>> {
  const { slots, paths, logger, signal } = options;
  const slot = await slots.borrow(signal);
  const loaded = Promise.withResolvers<Extract<FromSlot, { kind: "loaded" }>>();
  const print = (line: string): void => logger.info("worker.flow-output", { line });
  slot.listen({
    onMessage: (message) => {
      if (message.kind === "loaded") loaded.resolve(message);
      else if (message.kind === "line") print(message.line.message);
    },
    onOutput: (_stream, line) => print(line),
  });
  void slot.ended.then(loaded.reject);
  slot.send({ kind: "load", paths });
  const { flows, problems } = await unlessAborted(loaded.promise, signal);
  slots.giveBack(slot);
  if (flows.length === 0) throw new NoFlowsError(paths, problems);
  for (const problem of problems) logger.warn("worker.flow-not-loaded", { problem });
  return new Map(flows.map((flow) => [flow.manifest.version, flow]));
}
