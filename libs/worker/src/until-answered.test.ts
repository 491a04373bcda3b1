import { WeirError } from "@weirflow/errors";
import { silentLogger } from "@weirflow/telemetry";
import { describe, expect, test } from "vitest";
import { untilAnswered } from "./until-answered.ts";

class SilenceError extends WeirError {
  override readonly code = "test/silence";
  override readonly disposition = "retry";
}

class ForeignAnswerError extends WeirError {
  override readonly code = "contracts/malformed-message";
}

class TooLargeError extends WeirError {
  override readonly code = "test/too-large";
}

const options = { event: "worker.test", logger: silentLogger };

/** Throws each of these in turn, then answers. */
function asking(failures: readonly Error[]) {
  let asked = 0;
  const ask = async (): Promise<string> => {
    const failure = failures[asked];
    asked += 1;
    if (failure !== undefined) throw failure;
    return "answer";
  };
  return { ask, times: () => asked };
}

describe("untilAnswered", () => {
  test("asks again after silence, after a foreign answer and after any error that is not ours", async () => {
    const { ask, times } = asking([
      new SilenceError("nobody"),
      new ForeignAnswerError("version 9"),
      new Error("socket"),
    ]);

    const answer = await untilAnswered(ask, { ...options, signal: new AbortController().signal });

    expect(answer).toBe("answer");
    expect(times()).toBe(4);
  });

  test("gives up what repeating cannot help", async () => {
    const { ask, times } = asking([new TooLargeError("too large")]);

    const asked = untilAnswered(ask, { ...options, signal: new AbortController().signal });

    await expect(asked).rejects.toThrow(TooLargeError);
    expect(times()).toBe(1);
  });

  test("stops asking when its signal is aborted", async () => {
    const abort = new AbortController();
    const ask = async (): Promise<never> => {
      abort.abort();
      throw new SilenceError("nobody");
    };

    const asked = untilAnswered(ask, { ...options, signal: abort.signal });

    await expect(asked).rejects.toThrow();
    expect(abort.signal.aborted).toBe(true);
  });
});
