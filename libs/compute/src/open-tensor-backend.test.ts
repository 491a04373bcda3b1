import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeBackend } from "./describe-backend.ts";
import {
  BackendClosedError,
  BackendOptionError,
  BackendUnavailableError,
  UnknownBackendError,
} from "./errors.ts";
import { openTensorBackend } from "./open-tensor-backend.ts";

const notInstalled = [
  { name: "tensorflow", reason: "@tensorflow/tfjs-node-gpu is not installed" },
  { name: "webgpu", reason: "webgpu is not installed" },
  { name: "tensorflow", reason: "@tensorflow/tfjs-node is not installed" },
];

/** A project that has `@tensorflow/tfjs-node-gpu`; its entry is the given code. */
async function projectWithGpuPackage(root: string, name: string, entry: string): Promise<string> {
  const scope = join(root, name, "node_modules/@tensorflow");
  await mkdir(join(scope, "tfjs-node-gpu"), { recursive: true });
  await writeFile(join(scope, "tfjs-node-gpu/index.js"), entry);
  const core = createRequire(import.meta.url).resolve("@tensorflow/tfjs-core/package.json");
  await symlink(dirname(core), join(scope, "tfjs-core"));
  return join(root, name, "main.js");
}

/** What the real package does when it loads: call removed functions of `node:util`, then register its back end. */
const gpuEntry = (isUsingGpuDevice: boolean): string => `
  const util = require("util");
  if (util.isNullOrUndefined(0) || !util.isArray([])) throw new Error("wrong shim");
  const tf = require("@tensorflow/tfjs-core");
  class Backend extends tf.KernelBackend {
    isUsingGpuDevice = ${String(isUsingGpuDevice)};
    dispose() {}
  }
  if (tf.findBackendFactory("tensorflow") != null) tf.removeBackend("tensorflow");
  tf.registerBackend("tensorflow", () => new Backend(), 3);
`;

describe("openTensorBackend", () => {
  let root = "";
  /** A project without any optional package. */
  let bare = "";
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "compute-"));
    bare = join(root, "main.js");
  });
  afterAll(async () => {
    await rm(root, { recursive: true });
  });

  test("opens WebAssembly where no GPU package is installed, and says so", async () => {
    await using backend = await openTensorBackend({ base: bare });

    expect(backend.name).toBe("wasm");
    expect(backend.isGpu).toBe(false);
    expect(backend.device).toMatch(/^WebAssembly/);
    expect(backend.failed.aborted).toBe(false);
    expect(backend.tried).toEqual(notInstalled);
  });

  test.each(["wasm", "cpu"])("computes on %s", async (prefer) => {
    await using backend = await openTensorBackend({ prefer });
    const { tf } = backend;

    const product = tf.tidy(() =>
      tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync(),
    );

    expect(backend.name).toBe(prefer);
    expect(backend.tried).toEqual([]);
    expect(Array.from(product)).toEqual([19, 22, 43, 50]);
  });

  test("changes from one back end to another and back", async () => {
    for (const prefer of ["cpu", "wasm", "cpu", "wasm"]) {
      await using backend = await openTensorBackend({ prefer });
      expect(backend.tf.getBackend()).toBe(prefer);
    }
  });

  test("opens twice at once", async () => {
    const [first, second] = await Promise.all([
      openTensorBackend({ base: bare }),
      openTensorBackend({ base: bare }),
    ]);

    expect([first.name, second.name]).toEqual(["wasm", "wasm"]);
  });

  test("opens different ones at once, one after the other", async () => {
    const opening = (["wasm", "cpu", "wasm"] as const).map(async (require) => {
      const { name, tf } = await openTensorBackend({ require });
      return [name, tf.getBackend()];
    });

    expect(await Promise.all(opening)).toEqual([
      ["wasm", "wasm"],
      ["cpu", "cpu"],
      ["wasm", "wasm"],
    ]);
  });

  test("opens the next one after one that could not be opened", async () => {
    const [refused, opened] = await Promise.allSettled([
      openTensorBackend({ require: "gpu", base: bare }),
      openTensorBackend({ require: "cpu" }),
    ]);

    expect([refused.status, opened.status]).toEqual(["rejected", "fulfilled"]);
  });

  test("takes an empty preference for none", async () => {
    await using backend = await openTensorBackend({ prefer: "", base: bare });

    expect(backend.name).toBe("wasm");
  });

  test("goes on to the next best when the preferred one cannot run", async () => {
    await using backend = await openTensorBackend({ prefer: "tensorflow", base: bare });

    const [cuda, webgpu, tensorflow] = notInstalled;
    expect(backend.name).toBe("wasm");
    expect(backend.tried).toEqual([cuda, tensorflow, webgpu]);
  });

  test("leaves no process-wide handler behind that rethrows, as WebAssembly's do", async () => {
    await using backend = await openTensorBackend({ prefer: "wasm" });

    const listeners = (["uncaughtException", "unhandledRejection"] as const).flatMap((event) =>
      process.rawListeners(event).map(String),
    );
    expect(backend.name).toBe("wasm");
    expect(listeners.filter((code) => /throw (ex|reason)/.test(code))).toEqual([]);
  });

  test("refuses a name that it does not know", async () => {
    const opening = openTensorBackend({ prefer: "wsam" });

    await expect(opening).rejects.toThrow(UnknownBackendError);
    await expect(opening).rejects.toThrow('no tensor back end is named "wsam"');
  });

  test("refuses to compute without a GPU when one is required, with every reason", async () => {
    const opening = openTensorBackend({ require: "gpu", base: bare });

    await expect(opening).rejects.toThrow(BackendUnavailableError);
    await expect(opening).rejects.toMatchObject({
      message:
        "a GPU is required, and none can be used here (CUDA: @tensorflow/tfjs-node-gpu is not installed; WebGPU: webgpu is not installed)",
      tried: notInstalled.slice(0, 2),
    });
  });

  test("opens the one that is required, or nothing", async () => {
    await using backend = await openTensorBackend({ require: "cpu", prefer: "wasm" });

    expect(backend.name).toBe("cpu");
    await expect(openTensorBackend({ require: "webgpu", base: bare })).rejects.toThrow(
      'the tensor back end "webgpu" is required, and cannot run here (WebGPU: webgpu is not installed)',
    );
  });

  test.each([
    { memoryLimitBytes: 0 },
    { memoryLimitBytes: 1.5 },
    { memoryLimitBytes: Number.NaN },
    { seed: 0.5 },
  ])("refuses %o", async (options) => {
    await expect(openTensorBackend(options)).rejects.toThrow(BackendOptionError);
  });

  test("says from where on a number will do", async () => {
    await expect(openTensorBackend({ memoryLimitBytes: 0 })).rejects.toMatchObject({
      message: "memoryLimitBytes is 0",
      hint: "give a whole number from 1 as memoryLimitBytes, or leave it out",
    });
  });

  test("knows its memory, and gradients", async () => {
    await using backend = await openTensorBackend({ prefer: "cpu", memoryLimitBytes: 1e6 });
    const { tf } = backend;
    const before = backend.memory.usedBytes;

    const slope = tf.tidy(() => tf.grad((x) => tf.square(x))(tf.scalar(3)));

    expect(await slope.data()).toEqual(Float32Array.of(6));
    expect(backend.memory.usedBytes).toBe(before + 4);
    expect(backend.memory).toMatchObject({ limitBytes: 1e6, maxTensorBytes: undefined });
    expect(backend.memory.totalBytes).toBeGreaterThan(1e8);
    slope.dispose();
  });

  test("opens nothing once it is aborted", async () => {
    const opening = openTensorBackend({ signal: AbortSignal.abort(new Error("enough")) });

    await expect(opening).rejects.toThrow("enough");
  });

  test("prefers an installed GPU package, also on a Node without the functions that it calls", async () => {
    const base = await projectWithGpuPackage(root, "gpu", gpuEntry(true));

    await using backend = await openTensorBackend({ base, require: "gpu" });

    expect(backend.name).toBe("tensorflow");
    expect(backend.isGpu).toBe(true);
    expect(backend.device).toMatch(/^NVIDIA .*, by CUDA$/);
  });

  test("does not pass off TensorFlow on the CPU as a GPU", async () => {
    const base = await projectWithGpuPackage(root, "no-cuda", gpuEntry(false));

    await using backend = await openTensorBackend({ base });

    expect([backend.name, backend.isGpu]).toEqual(["tensorflow", false]);
    expect(backend.tried).toEqual([
      { name: "tensorflow", reason: "found no CUDA device" },
      notInstalled[1],
    ]);
    await expect(openTensorBackend({ base, require: "gpu" })).rejects.toThrow(
      "CUDA: found no CUDA device",
    );
  });

  test("passes over a GPU package that does not load, with the first line of its error", async () => {
    const entry = 'throw new Error("libcudart.so.11.0: cannot open shared object file\\n  at x");';
    const base = await projectWithGpuPackage(root, "broken", entry);

    await using backend = await openTensorBackend({ base });

    const reason = "libcudart.so.11.0: cannot open shared object file";
    expect(backend.name).toBe("wasm");
    expect(backend.tried).toEqual([
      { name: "tensorflow", reason },
      notInstalled[1],
      { name: "tensorflow", reason },
    ]);
  });

  test("cannot be used after it was closed, however often", async () => {
    const backend = await openTensorBackend({ prefer: "cpu" });
    await backend[Symbol.asyncDispose]();
    await backend[Symbol.asyncDispose]();

    expect(() => backend.tf).toThrow(BackendClosedError);
  });
});

describe("describeBackend", () => {
  test("gives plain facts", async () => {
    await using backend = await openTensorBackend({ prefer: "cpu" });

    const facts = describeBackend(backend);

    expect(facts).toMatchObject({ name: "cpu", isGpu: false, version: "4.22.0", tried: [] });
    expect(facts.device).toMatch(/^JavaScript on /);
    expect(facts.memoryBytes).toBeGreaterThan(1e8);
    expect(structuredClone(facts)).toEqual(facts);
  });
});
