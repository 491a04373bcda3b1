import { DeviceFaultError, DeviceLostError } from "../errors.ts";
import type { Device } from "./dawn.ts";

/**
 * Watches a device: it may be lost (a driver that crashed or was updated, a machine that slept), or refuse work, such as a
 * tensor that does not fit. TensorFlow.js hears of neither and goes on with zeros.
 *
 * @returns a signal that is aborted at the first failure, with the error as its reason.
 * @internal
 */
export function watchDevice(device: Device): AbortSignal {
  const failure = new AbortController();
  void device.lost.then(({ reason, message }) =>
    failure.abort(new DeviceLostError(message || reason)),
  );
  device.addEventListener("uncapturederror", (event) => {
    // Dawn has no message in one event out of many: the first line says what was wrong
    const { error } = event as Event & { readonly error?: { readonly message?: string } };
    const [problem = "no reason given"] = (error?.message ?? "").split("\n");
    failure.abort(new DeviceFaultError(problem));
  });
  return failure.signal;
}
