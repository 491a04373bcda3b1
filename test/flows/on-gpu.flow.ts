import * as z from "zod";
import { flow, task } from "weirflow";
import * as onGpu from "./on-gpu.ts";

const learn = task({
  name: "learnOnGpu",
  modules: [onGpu],
  outputs: ["training"],
  pool: "gpu",
  retries: 0,
});
const fill = task({
  name: "fillGpu",
  modules: [onGpu],
  outputs: ["tooLarge"],
  pool: "gpu",
  retries: 0,
});

/** A training on a GPU, which may be lost on the way. */
export const onGpuFlow = flow({
  name: "on-gpu",
  params: z.object({ losesDevice: z.boolean() }),
  run: ({ params }) => learn({ losesDevice: params.losesDevice }),
});

/** Asks a GPU for more than it has. */
export const tooLargeFlow = flow({
  name: "too-large",
  params: z.object({ side: z.number().int() }),
  run: ({ params }) => fill({ side: params.side }),
});
