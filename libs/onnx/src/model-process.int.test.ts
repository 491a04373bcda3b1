import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import { CLASSIFIER, onnxModel, SLOW_INPUTS, slowModel } from "../test/onnx-model.ts";
import { openInProcess } from "./model-process.ts";
import { openHere } from "./open-here.ts";
import { openOnnxModel } from "./open-onnx-model.ts";

const FOLDER = join(import.meta.dirname, "..");
const FLAGS = ["--conditions=@weirflow/source", "--input-type=module"];
const isLinux = process.platform === "linux";

/** A program that runs a model of a moment again and again, or one that does not end; it tells of each run. */
const runs = (times: number) => `
  import { parentPort } from "node:worker_threads";
  import { openOnnxModel } from "@weirflow/onnx";
  import { SLOW_INPUTS, slowModel } from "${FOLDER}/test/onnx-model.ts";
  const model = await openOnnxModel({ bytes: slowModel(${times}) });
  for (;;) {
    parentPort.postMessage("runs");
    await model.run(SLOW_INPUTS);
  }`;

/** Some 0.2 s, and hours. */
const SHORT = 20;
const ENDLESS = 5_000;

function startThread(program: string): Worker {
  return new Worker(program, { eval: true, execArgv: FLAGS });
}

/** The processes that one has started, from any thread, and that are not over; as Linux tells. */
async function children(of = process.pid): Promise<readonly string[]> {
  const tasks = await readdir(`/proc/${of}/task`);
  const lists = await Promise.all(
    tasks.map(async (task) => await textOf(`/proc/${of}/task/${task}/children`)),
  );
  return await living(lists.flatMap((pids) => pids.split(" ").filter(Boolean)));
}

async function living(pids: readonly string[]): Promise<readonly string[]> {
  const stats = await Promise.all(pids.map(async (pid) => await textOf(`/proc/${pid}/stat`)));
  // Z: it is over, but nobody asks for its code any more
  return pids.filter((_, i) => /\) [^Z]/.test(stats[i] ?? ""));
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}

/** Resolves once one of the processes computes: it has had the processor for half a second more. */
async function computing(pids: readonly string[]): Promise<void> {
  const before = await ticks(pids);
  await vi.waitUntil(async () => (await ticks(pids)) > before + 50, { timeout: 20_000 });
}

async function ticks(pids: readonly string[]): Promise<number> {
  const stats = await Promise.all(pids.map(async (pid) => await textOf(`/proc/${pid}/stat`)));
  const user = stats.map((stat) => Number(stat.split(") ")[1]?.split(" ")[11] ?? 0));
  return user.reduce((sum, one) => sum + one, 0);
}

async function oneChild(of = process.pid): Promise<readonly string[]> {
  const found = async () => {
    const pids = await children(of);
    return pids.length === 1 && pids;
  };
  return await vi.waitUntil(found, { timeout: 20_000 });
}

async function nobody(pids: readonly string[]): Promise<void> {
  await vi.waitUntil(async () => (await living(pids)).length === 0, { timeout: 20_000 });
}

describe("a model that is opened in a worker thread", () => {
  test("does not take the process with it when the thread is ended in a run", async () => {
    const script = `
      import { once } from "node:events";
      import { Worker } from "node:worker_threads";
      const program = ${JSON.stringify(runs(SHORT))};
      for (let i = 0; i < 4; i += 1) {
        const thread = new Worker(program, { eval: true, execArgv: ${JSON.stringify(FLAGS)} });
        await once(thread, "message");
        await once(thread, "message");
        await thread.terminate();
      }
      console.log("alive");`;

    const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, "-e", script], {
      cwd: FOLDER,
    });

    expect(stdout).toBe("alive\n");
  });

  test.runIf(isLinux)("ends in the middle of a run when the thread is ended", async () => {
    const thread = startThread(runs(ENDLESS));
    await once(thread, "message");
    const pids = await oneChild();
    await computing(pids);

    await thread.terminate();

    await nobody(pids);
  });

  test.runIf(isLinux)("ends in the middle of a run when the process is killed", async () => {
    const program = `
      import { Worker } from "node:worker_threads";
      const thread = new Worker(${JSON.stringify(runs(ENDLESS))}, { eval: true });
      thread.on("message", (message) => console.log(message));`;
    const asking = spawn(process.execPath, [...FLAGS, "-e", program], { cwd: FOLDER });
    await once(asking.stdout, "data");
    const pids = await oneChild(asking.pid);
    await computing(pids);

    asking.kill("SIGKILL");

    await nobody(pids);
  });

  test("says the same as in a main thread", async () => {
    const path = join(FOLDER, "test/classifier.onnx");
    const x = { values: Float32Array.of(0, 0, 0, 1, 2, 3), shape: [2, 3] };
    const thread = startThread(`
      import { parentPort } from "node:worker_threads";
      import { openOnnxModel } from "@weirflow/onnx";
      await using model = await openOnnxModel({ path: ${JSON.stringify(path)}, providers: ["cuda", "cpu"] });
      const { inputs, outputs, provider, tried } = model;
      const made = await model.run({ x: { values: Float32Array.of(0, 0, 0, 1, 2, 3), shape: [2, 3] } });
      const { message, code, hint, input } = await model.run({}).catch((error) => error);
      parentPort.postMessage({
        facts: { inputs, outputs, provider, tried },
        made,
        failed: { message, code, hint, input },
      });`);

    const [said] = await once(thread, "message");

    await using model = await openOnnxModel({ path, providers: ["cuda", "cpu"] });
    const { inputs, outputs, provider, tried } = model;
    expect(said).toEqual({
      facts: { inputs, outputs, provider, tried },
      made: await model.run({ x }),
      failed: {
        code: "onnx/invalid-input",
        message: 'the input "x" is missing',
        hint: "the model takes x: float32 [rows, 3]",
        input: "x",
      },
    });
  });
});

describe("a model in a process", () => {
  test.runIf(isLinux)("is not there in a main thread", async () => {
    await using model = await openOnnxModel({ bytes: onnxModel(CLASSIFIER) });

    expect(model.provider).toBe("cpu");
    expect(await children()).toEqual([]);
  });

  test.runIf(isLinux)("has its process until it is disposed", async () => {
    const model = await openInProcess({ bytes: onnxModel(CLASSIFIER) });
    expect(await children()).toHaveLength(1);

    await model[Symbol.asyncDispose]();

    expect(await children()).toEqual([]);
  });

  test.runIf(isLinux)("leaves none behind where it could not be opened", async () => {
    await expect(openInProcess({ bytes: Buffer.from("no model") })).rejects.toThrow("cannot read");

    expect(await children()).toEqual([]);
  });

  test.runIf(isLinux)("is broken off while it is opened", async () => {
    const controller = new AbortController();
    const opening = openInProcess({ bytes: slowModel(SHORT), signal: controller.signal });
    const settled = expect(opening).rejects.toThrow("enough");

    controller.abort(new Error("enough"));

    await settled;
    expect(await children()).toEqual([]);
  });

  test.runIf(isLinux)("is broken off in a run, and says so later", async () => {
    await using model = await openInProcess({ bytes: slowModel(ENDLESS) });
    const controller = new AbortController();
    const run = model.run(SLOW_INPUTS, { signal: controller.signal });
    const next = model.run(SLOW_INPUTS);
    const ended = {
      code: "onnx/ended",
      disposition: "retry",
      message: "the process of the model is gone: it was ended to break off a run",
    };
    const settled = Promise.all([
      expect(run).rejects.toThrow("enough"),
      expect(next).rejects.toMatchObject(ended),
    ]);
    await computing(await oneChild());

    controller.abort(new Error("enough"));

    await settled;
    await expect(model.run(SLOW_INPUTS)).rejects.toMatchObject(ended);
    await vi.waitUntil(async () => (await children()).length === 0);
  });

  test("lives on when the signal of its opening, or of a run that is over, is aborted", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    await using model = await openInProcess({ bytes: onnxModel(CLASSIFIER), signal });
    const x = { values: new Float32Array(3), shape: [1, 3] };
    const before = await model.run({ x }, { signal });

    controller.abort();

    expect(await model.run({ x })).toEqual(before);
  });

  test.runIf(isLinux)("fails, and may be tried again, when its process dies in a run", async () => {
    await using model = await openInProcess({ bytes: slowModel(ENDLESS) });
    const settled = expect(model.run(SLOW_INPUTS)).rejects.toMatchObject({
      code: "onnx/ended",
      disposition: "retry",
      message: "the process of the model is gone: SIGSEGV",
    });
    const pids = await oneChild();
    await computing(pids);

    for (const pid of pids) process.kill(Number(pid), "SIGSEGV");

    await settled;
  });

  test("tells errors with the cause that they have in a main thread", async () => {
    const wrong = { bytes: Buffer.from("no model") };

    const there = await openInProcess(wrong).catch((error: unknown) => error);
    const here = await openHere(wrong).catch((error: unknown) => error);

    expect(there).toEqual(here);
    expect(there).toMatchObject({ cause: { message: expect.stringContaining("protobuf") } });
  });

  test("gives each output memory of its own", async () => {
    await using model = await openInProcess({ bytes: onnxModel(CLASSIFIER) });

    const { probabilities } = await model.run({
      x: { values: new Float32Array(3), shape: [1, 3] },
    });

    expect(probabilities?.values.buffer.byteLength).toBe(8);
  });
});
