/** Where a command speaks. */
export interface Console {
  /** A line for people; nothing under `--json`. */
  readonly line: (text: string) => void;
  /** A line that only someone who looks for trouble wants: standard error, under `--verbose`. */
  readonly detail: (text: string) => void;
  /** The state of one thing that changes: in place on a terminal, a line elsewhere. */
  readonly progress: (name: string, text: string) => void;
  /** Leaves the progress as it stands. */
  readonly progressDone: () => void;
  /** The one JSON object of `--json`; nothing otherwise. */
  readonly json: (value: unknown) => void;
}

/** How a console behaves. */
export interface ConsoleOptions {
  readonly isJson: boolean;
  readonly isVerbose: boolean;
  readonly out: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

/** A console on two streams. */
export function createConsole({ isJson, isVerbose, out, err }: ConsoleOptions): Console {
  const shown = new Map<string, string>();
  const inPlace = out.isTTY === true && !isJson;
  const line = (text: string): void => void (isJson || out.write(`${text}\n`));
  return {
    line,
    detail: (text) => void (isVerbose && err.write(`${text}\n`)),
    progress: (name, text) => {
      if (!inPlace) return line(`progress  ${name.padEnd(18)} ${text}`);
      // Back to the first of the lines, then each again; `[K` clears what a longer text left behind.
      const up = shown.size > 0 ? `\u001b[${shown.size}A` : "";
      shown.set(name, text);
      out.write(
        up +
          [...shown]
            .map(([key, value]) => `progress  ${key.padEnd(18)} ${value}\u001b[K\n`)
            .join(""),
      );
    },
    progressDone: () => shown.clear(),
    json: (value) => void (isJson && out.write(`${JSON.stringify(value, null, 2)}\n`)),
  };
}
