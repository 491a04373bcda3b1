import { access, constants } from "node:fs/promises";
import { resolve } from "node:path";
import { ProviderUnavailableError, type TriedProvider, UnreadableModelError } from "./errors.ts";
import { LoadedModel } from "./loaded-model.ts";
import type { OnnxModel, OnnxProvider } from "./onnx-model.ts";
import { loadRuntime, reasonOf, type Runtime, type Session } from "./runtime.ts";

/** How a model is opened. */
export interface OpenOnnxOptions {
  /** Providers that will do, best first. A model on a GPU computes on the CPU what that provider lacks. @default ["cpu"] */
  readonly providers?: readonly OnnxProvider[] | undefined;
  /** Threads on the CPU. @default what the runtime chooses: one for each core */
  readonly threads?: number | undefined;
  /**
   * From where `onnxruntime-node` is looked up: a file's path or URL, such as `import.meta.url` of who depends on it.
   *
   * @default this package
   */
  readonly base?: string | URL | undefined;
  /** Aborts the opening: between two tries in a main thread, at once in a worker thread. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a model is. */
export type OnnxSource = { readonly bytes: Uint8Array } | { readonly path: string };

/** Opens a model in this thread, which then is busy while the model runs and must not be ended meanwhile. */
export async function openHere(source: OnnxSource & OpenOnnxOptions): Promise<OnnxModel> {
  const { providers = ["cpu"], base = import.meta.url, signal } = source;
  const runtime = loadRuntime(base);
  await checkSource(source);
  const tried: TriedProvider[] = [];
  for (const provider of providers) {
    signal?.throwIfAborted();
    try {
      const session = await openSession(runtime, source, provider);
      return new LoadedModel(runtime, session, { provider, tried });
    } catch (error) {
      tried.push({ name: provider, reason: reasonOf(error) });
    }
  }
  await checkModel(runtime, source);
  throw new ProviderUnavailableError(tried);
}

async function openSession(
  runtime: Runtime,
  source: OnnxSource & OpenOnnxOptions,
  provider: OnnxProvider,
): Promise<Session> {
  const options = {
    executionProviders: [provider],
    logSeverityLevel: 4, // what fails is thrown; the runtime would print it too
    ...(source.threads === undefined ? {} : { intraOpNumThreads: source.threads }),
  } as const;
  return "bytes" in source
    ? await runtime.InferenceSession.create(source.bytes, options)
    : await runtime.InferenceSession.create(resolve(source.path), options);
}

async function checkSource(source: OnnxSource): Promise<void> {
  if ("bytes" in source) {
    if (source.bytes.length === 0) throw new UnreadableModelError("the model", "it has no bytes");
    return;
  }
  try {
    await access(source.path, constants.R_OK);
  } catch (error) {
    throw new UnreadableModelError(`"${source.path}"`, reasonOf(error), error);
  }
}

/** A model that even the CPU refuses is at fault itself. */
async function checkModel(runtime: Runtime, source: OnnxSource): Promise<void> {
  try {
    const session = await openSession(runtime, source, "cpu");
    await session.release();
  } catch (error) {
    const model = "bytes" in source ? "the model" : `"${source.path}"`;
    throw new UnreadableModelError(model, reasonOf(error), error);
  }
}
