import { intoLines } from "./lines.ts";

/** The part of a stream of output that is replaced. */
export interface Output {
  write: NodeJS.WriteStream["write"];
}

/**
 * Takes over what is written to a stream, line by line: a line then keeps its place among the other messages of a slot,
 * which a pipe of its own would not.
 */
export function captureOutput(stream: Output, onLine: (line: string) => void): void {
  const take = intoLines(onLine);
  const write = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
    take(typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString("utf8")); // a stream takes no more
    const done = rest.find((one) => typeof one === "function");
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  };
  // Every overload of `write` takes text or bytes first and a callback, if any, last.
  stream.write = write;
}
