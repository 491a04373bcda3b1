import type { Grant, ResolvedInput } from "@weirflow/contracts";
import { bytesOf, type ValueStore } from "@weirflow/values";
import type { Job, JobInput, TensorPreference } from "../slot/slot-messages.ts";

/** What inputs are fetched with. */
export interface FetchOptions {
  readonly store: Pick<ValueStore, "get">;
  /** The file that exports the flow. */
  readonly file: string;
  readonly tensor: TensorPreference;
  readonly signal: AbortSignal;
}

/**
 * The job of a grant, its inputs fetched.
 *
 * @throws ValueMissingError `values/missing`, ValueCorruptError `values/corrupt`, ValueStoreUnavailableError
 *   `values/unavailable`, safe to retry.
 */
export async function jobOf(grant: Grant, options: FetchOptions): Promise<Job> {
  const { runId, taskRunId, attempt, flow, version, call, task, outputs } = grant;
  const { file, tensor } = options;
  const inputs = await fetchAll(grant.inputs, options);
  return { runId, taskRunId, attempt, flow, version, call, task, outputs, inputs, file, tensor };
}

/** One after the other: the values of one task may be large together. */
async function fetchAll(
  inputs: Readonly<Record<string, ResolvedInput>>,
  options: FetchOptions,
): Promise<Readonly<Record<string, JobInput>>> {
  const fetched: [string, JobInput][] = [];
  for (const [name, input] of Object.entries(inputs))
    fetched.push([name, await fetchOne(input, options)]);
  return Object.fromEntries(fetched);
}

async function fetchOne(input: ResolvedInput, options: FetchOptions): Promise<JobInput> {
  if (input.kind === "json") return input;
  if (input.kind === "record") return { kind: "record", of: await fetchAll(input.of, options) };
  const { ref, from } = input;
  const bytes = await bytesOf(ref, options.store, options.signal);
  return { kind: "value", codec: ref.codec, valueHash: ref.valueHash, bytes, from };
}
