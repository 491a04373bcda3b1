import { afterEach, describe, expect, test } from "vitest";
import { openTensorBackend } from "../open-tensor-backend.ts";
import type { TensorFlow } from "../tensor-backend.ts";
import type { Check, CheckResult } from "./check.ts";
import { operationChecks } from "./operation-checks.ts";
import { verdictOf } from "./run-conformance.ts";

const wasm = { require: "wasm" } as const;

function check(run: Check["run"]): Check {
  return { group: "operation", name: "one", run };
}

function found(measured: number): CheckResult {
  return { measured, limit: 0.5, unit: "" };
}

describe("verdictOf", () => {
  test.each([
    [0.5, true],
    [0.51, false],
    [Infinity, false],
    [Number.NaN, false],
  ])("of %d, where 0.5 is the limit", async (measured, passed) => {
    const verdict = await verdictOf(
      check(async () => found(measured)),
      wasm,
    );

    expect(verdict).toMatchObject({ group: "operation", name: "one", passed });
    expect(verdict.result).toEqual(found(measured));
  });

  test("of a back end that cannot do it is no pass, with the reason", async () => {
    const verdict = await verdictOf(
      check(async () => {
        throw new Error("no such kernel");
      }),
      wasm,
    );

    expect(verdict).toMatchObject({ passed: false, problem: "no such kernel" });
  });
});

describe("operationChecks", () => {
  let putBack: (() => void) | undefined;
  afterEach(() => putBack?.());

  test("pass a back end that is right", async () => {
    expect((await verdictOf(relu(), wasm)).passed).toBe(true);
  });

  test("fail a back end of which a kernel is wrong", async () => {
    await using backend = await openTensorBackend(wasm);
    putBack = replaceKernel(backend.tf, "Relu", backend.tf.getKernel("Neg", "wasm").kernelFunc);

    const verdict = await verdictOf(relu(), wasm);

    expect(verdict.passed).toBe(false);
    expect(verdict.result?.measured).toBeGreaterThan(0.1);
  });
});

function relu(): Check {
  const one = operationChecks().find(({ name }) => name === "relu");
  if (one === undefined) throw new Error("no operation is named relu");
  return one;
}

/** @returns what puts the kernel back. */
function replaceKernel(
  tf: TensorFlow,
  name: string,
  kernelFunc: ReturnType<TensorFlow["getKernel"]>["kernelFunc"],
): () => void {
  const right = tf.getKernel(name, "wasm");
  tf.unregisterKernel(name, "wasm");
  tf.registerKernel({ ...right, kernelFunc });
  return () => {
    tf.unregisterKernel(name, "wasm");
    tf.registerKernel(right);
  };
}
