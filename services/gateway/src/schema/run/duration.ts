/** Milliseconds between two instants; `undefined` while one of them is missing. */
export function durationMs(from: Date | null, to: Date | null): number | undefined {
  return from === null || to === null ? undefined : to.getTime() - from.getTime();
}
