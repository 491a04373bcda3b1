import { type ErrorRecord, errorOfRecord } from "@weirflow/errors";
import {
  InferenceFailedError,
  InvalidInputError,
  InvalidOutputError,
  ProviderUnavailableError,
  RuntimeMissingError,
  type TriedProvider,
  UnreadableModelError,
} from "./errors.ts";

/** The error that the process of a model threw: one of our classes made again of its facts, or what it said. */
export function reviveError(record: ErrorRecord): Error {
  const cause = record.cause === undefined ? undefined : errorOfRecord(record.cause);
  return MAKERS[record.code]?.(record.data ?? {}, cause) ?? errorOfRecord(record);
}

type Facts = Readonly<Record<string, unknown>>;

const MAKERS: Readonly<Record<string, (facts: Facts, cause: unknown) => Error>> = {
  "onnx/runtime-missing": (_, cause) => new RuntimeMissingError(cause),
  "onnx/unreadable-model": (facts, cause) =>
    new UnreadableModelError(text(facts, "model"), text(facts, "problem"), cause),
  "onnx/provider-unavailable": ({ tried }) =>
    new ProviderUnavailableError(tried as readonly TriedProvider[]), // what the class told
  "onnx/invalid-input": (facts) =>
    new InvalidInputError(text(facts, "input"), text(facts, "problem"), text(facts, "wanted")),
  "onnx/invalid-output": (facts) =>
    new InvalidOutputError(
      text(facts, "output"),
      text(facts, "problem"),
      facts["known"] as readonly string[], // what the class told
    ),
  "onnx/inference-failed": (facts, cause) =>
    new InferenceFailedError(text(facts, "provider"), text(facts, "problem"), cause),
};

function text(facts: Facts, name: string): string {
  const value = facts[name];
  return typeof value === "string" ? value : "";
}
