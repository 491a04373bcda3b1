import { parentPort } from "node:worker_threads";
import { SlotStartError } from "../errors.ts";
import { exitWithParent } from "./exit-with-parent.ts";
import type { FromSlot, ToSlot } from "./slot-messages.ts";

/** A slot's way to the worker's main thread. */
export interface SlotPort {
  /** Sends a message; the buffers in `transfer` may be moved. */
  send(message: FromSlot, transfer?: readonly ArrayBuffer[]): void;
  listen(listener: (message: ToSlot) => void): void;
}

/**
 * Opens the port of this slot, be it a thread or a child process.
 *
 * @throws {@link SlotStartError} `worker/slot-start` in a process that no worker started.
 */
export function openSlotPort(): SlotPort {
  if (parentPort !== null) return threadPort(parentPort);
  if (process.send === undefined) throw new SlotStartError("no worker started it");
  exitWithParent();
  const send = process.send.bind(process);
  return {
    send: (message) => void send(message),
    // Only the worker sends on this channel, and it sends ToSlot.
    listen: (listener) => void process.on("message", (message) => listener(message as ToSlot)),
  };
}

function threadPort(port: NonNullable<typeof parentPort>): SlotPort {
  return {
    send: (message, transfer = []) => port.postMessage(message, [...transfer]),
    // Only the worker posts on this port, and it posts ToSlot.
    listen: (listener) => void port.on("message", (message: ToSlot) => listener(message)),
  };
}
