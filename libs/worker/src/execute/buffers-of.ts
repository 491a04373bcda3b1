import type { JobResult } from "../slot/slot-messages.ts";

/** Buffers that hold one output or artifact and nothing else, so that they can be moved to the main thread. */
export function buffersOf(result: JobResult): readonly ArrayBuffer[] {
  const all = [
    ...result.outputs.map(({ value }) => value.bytes),
    ...result.artifacts.map(({ bytes }) => bytes),
  ];
  const own = all.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
  return [...new Set(own)];
}
