import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Candidate, type MeasureOptions, openCandidate, speedOf } from "./measure.ts";

/** What the other process says first, and then of each model. */
type Answer =
  | { readonly device: string }
  | { readonly skipped: string }
  | { readonly speed: number | string };

/** A back end in a process of its own: they share nothing, and one that crashes takes nothing along. */
export class BackendApart implements Disposable {
  readonly device: string;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, device: string) {
    this.#child = child;
    this.device = device;
  }

  /** Batches a second of a model, or why there are none. */
  async speedOf(subject: string): Promise<number | string> {
    if (this.#child.connected) this.#child.send(subject);
    const answer = await answerOf(this.#child);
    return "speed" in answer ? answer.speed : "skipped" in answer ? answer.skipped : "no answer";
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

/** Starts this program once more for one back end; the reason where that cannot be had. */
export async function openApart(name: Candidate): Promise<BackendApart | string> {
  const [, program = ""] = process.argv;
  const child = fork(program, [...process.argv.slice(2), "--measure", name]);
  const answer = await answerOf(child);
  if ("device" in answer) return new BackendApart(child, answer.device);
  return "skipped" in answer ? answer.skipped : "no answer";
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  if (child.exitCode !== null || child.signalCode !== null) return ended(child);
  const listening = new AbortController();
  const { signal } = listening;
  try {
    return await Promise.race([
      // what `answerModels` sends
      once(child, "message", { signal }).then(([message]) => message as Answer),
      once(child, "exit", { signal }).then(() => ended(child)),
    ]);
  } finally {
    listening.abort();
  }
}

function ended({ exitCode, signalCode }: ChildProcess): Answer {
  return { skipped: `its process ended with ${signalCode ?? `code ${exitCode}`}` };
}

/** The other side: opens the back end, and measures whichever model it is asked for. */
export async function answerModels(name: Candidate, options: MeasureOptions): Promise<void> {
  const tell = (answer: Answer): void => void process.send?.(answer);
  try {
    tell({ device: await openCandidate(name, options) });
  } catch (error) {
    tell({ skipped: error instanceof Error ? error.message : String(error) });
    process.disconnect();
    return;
  }
  process.on("message", (subject) => {
    void speedOf(String(subject), options).then((speed) => {
      tell({ speed });
    });
  });
}
