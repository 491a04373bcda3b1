import type { ErrorRecord } from "@weirflow/errors";
import type { DenseArray } from "./dense-array.ts";
import type { Inputs, OnnxModel } from "./onnx-model.ts";
import type { OnnxSource, OpenOnnxOptions } from "./open-here.ts";

/** What a model says of itself. */
export type ModelFacts = Pick<OnnxModel, "inputs" | "outputs" | "provider" | "tried">;

/** Where a model is and how it is opened, as it is sent. */
export type SentSource = OnnxSource & Pick<OpenOnnxOptions, "providers" | "threads" | "base">;

/** What the process of a model is told: what to open, once, and then each run. */
export type ToModel =
  | { readonly kind: "open"; readonly source: SentSource }
  | {
      readonly kind: "run";
      readonly inputs: Inputs;
      readonly outputs: readonly string[] | undefined;
    };

/** What it answers to each. */
export type FromModel =
  | { readonly kind: "opened"; readonly facts: ModelFacts }
  | { readonly kind: "made"; readonly outputs: Readonly<Record<string, DenseArray>> }
  | { readonly kind: "failed"; readonly error: ErrorRecord };
