import { WeirError } from "@weirflow/errors";

/** One thing wrong with one environment variable. Never holds the variable's value: it may be a secret. */
export interface ConfigProblem {
  /** The variable. */
  readonly name: string;
  /** What is wrong with it, as a phrase. */
  readonly reason: string;
}

/** The environment does not describe a working configuration; lists every problem at once. */
export class ConfigError extends WeirError {
  override readonly code = "config/invalid";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const list = problems.map(({ name, reason }) => `"${name}": ${reason}`).join("; ");
    super(`the environment has ${problems.length} problem(s): ${list}`, {
      hint: "set these variables, or their `…_FILE` forms; the README lists each with its default",
    });
    this.problems = problems;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { problems: this.problems };
  }
}
