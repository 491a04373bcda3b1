/** Uses a GPU in software in ways that go wrong, the last of which is to lose it, and prints what came of each as JSON. */
import { deviceFailure, openTensorBackend, train } from "@weirflow/compute";

const software = { require: "webgpu", allowSoftware: true } as const;

console.log(
  JSON.stringify({
    sharedByTwo: await sharedByTwo(),
    readAtOnce: await messageOf(readAtOnce()),
    withoutSoftware: await messageOf(openTensorBackend({ require: "gpu" })),
    ...(await trainingThatLosesIt()),
    openedAgain: await messageOf(openTensorBackend(software)),
    instead: await reasonInstead(),
  }),
);

async function sharedByTwo(): Promise<boolean> {
  const [first, second] = await Promise.all([
    openTensorBackend(software),
    openTensorBackend(software),
  ]);
  return first.tf.backend() === second.tf.backend() && first.failed === second.failed;
}

async function readAtOnce(): Promise<void> {
  await using backend = await openTensorBackend(software);
  const { tf } = backend;
  tf.tidy(() => tf.sum(tf.ones([3])).dataSync());
}

async function trainingThatLosesIt(): Promise<{ error: string; failedAtSave: boolean[] }> {
  const failedAtSave: boolean[] = [];
  const ignore = (): void => undefined;
  const training = train(
    {
      model: ({ sequential, layers }) =>
        sequential({
          layers: [layers.dense({ units: 2, inputShape: [2], activation: "softmax" })],
        }),
      data: {
        x: { values: Float32Array.of(0, 1, 1, 0), shape: [2, 2] },
        y: { values: Int32Array.of(0, 1), shape: [2] },
      },
      loss: "crossentropy",
      epochs: 3,
      backend: software,
    },
    {
      signal: new AbortController().signal,
      log: ignore,
      progress: ignore,
      artifact: ignore,
      record: ignore,
      checkpoint: {
        load: async () => undefined,
        save: async () => {
          failedAtSave.push(deviceFailure() !== undefined);
          await loseDevice();
        },
      },
    },
  );
  return { error: await messageOf(training), failedAtSave };
}

/** As when a driver is replaced. */
async function loseDevice(): Promise<void> {
  await using backend = await openTensorBackend(software);
  // the shape is that of TensorFlow.js's WebGPU back end
  const { device } = backend.tf.backend() as unknown as { device: { destroy(): void } };
  device.destroy();
}

async function reasonInstead(): Promise<string> {
  await using backend = await openTensorBackend({ allowSoftware: true });
  const webgpu = backend.tried.find(({ name }) => name === "webgpu");
  return `${backend.name}: ${webgpu?.reason}`;
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "no error",
    (error: unknown) => String(error),
  );
}
