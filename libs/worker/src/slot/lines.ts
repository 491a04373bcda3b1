/** A line of output is cut here; what follows is a line of its own. */
const MAX_LINE_CHARS = 10_000;

/**
 * Cuts a stream of text into lines.
 *
 * @returns a function that takes the next piece of the stream.
 */
export function intoLines(onLine: (line: string) => void): (piece: string) => void {
  let rest = "";
  return (piece) => {
    const lines = (rest + piece).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line.slice(0, MAX_LINE_CHARS));
    if (rest.length > MAX_LINE_CHARS) {
      onLine(rest.slice(0, MAX_LINE_CHARS));
      rest = "";
    }
  };
}
