import { unlessAborted } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import { RequiredBackendError } from "./errors.ts";
import type { FromSlot, TensorPreference } from "./slot/slot-messages.ts";
import type { SlotPool } from "./slot/slot-pool.ts";

/** Where a back end is looked for. */
export interface RequiredBackendOptions {
  readonly slots: Pick<SlotPool, "borrow" | "giveBack">;
  readonly tensor: TensorPreference;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Makes sure that tasks get the tensor back end which is required of this worker: one that fails every task would take them
 * from workers that could do them. Asks a slot, whose process then has the back end open.
 *
 * @throws {@link RequiredBackendError} `worker/required-backend`.
 */
export async function checkRequiredBackend(options: RequiredBackendOptions): Promise<void> {
  const { slots, tensor, logger, signal } = options;
  if (tensor.require === undefined) return;
  const slot = await slots.borrow(signal);
  const probed = Promise.withResolvers<Extract<FromSlot, { kind: "probed" }>>();
  slot.listen({
    onMessage: (message) => message.kind === "probed" && probed.resolve(message),
    onOutput: (_stream, line) => logger.info("worker.backend-output", { line }),
    onEnd: probed.reject,
  });
  slot.send({ kind: "probe", tensor });
  const { backend, error } = await unlessAborted(probed.promise, signal);
  slots.giveBack(slot);
  if (error !== undefined) throw new RequiredBackendError(error);
  logger.info("worker.backend", { ...backend });
}
