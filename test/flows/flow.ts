import * as z from "zod";
import { flow, onEvent, onSubject, task } from "weirflow";
import * as diamond from "./diamond.ts";
import * as failing from "./failing.ts";
import * as hoarding from "./hoarding.ts";
import * as loading from "./loading.ts";
import * as spinning from "./spinning.ts";
import * as steps from "./steps.ts";
import * as training from "./training.ts";

const dir = z.string().describe("A folder for gates and effects.");

const gatedTask = task({ name: "gatedTask", modules: [steps], outputs: ["passed"], retries: 0 });

/** One task that waits for the test. */
export const gatedFlow = flow({
  name: "gated",
  params: z.object({ dir }),
  run: ({ params }) => gatedTask({ dir: params.dir, gate: "only" }),
});

/** Two tasks in a row, each with a gate. */
export const chainFlow = flow({
  name: "chain",
  params: z.object({ dir }),
  run: ({ params }) => {
    const first = gatedTask({ dir: params.dir, gate: "first" }, { as: "first" });
    return gatedTask({ dir: params.dir, gate: "second" }, { as: "second", after: [first.passed] });
  },
});

const halve = task({ name: "halve", modules: [diamond], outputs: ["half"] });
const join = task({ name: "join", modules: [diamond], outputs: ["whole"] });

/** Four tasks: a top, two halves, and a join that must run once. */
export const diamondFlow = flow({
  name: "diamond",
  params: z.object({ dir }),
  run: ({ params }) => {
    const top = halve({ dir: params.dir, of: 8, side: "top" }, { as: "top" });
    const a = halve({ dir: params.dir, of: top.half, side: "a" }, { as: "a" });
    const b = halve({ dir: params.dir, of: top.half, side: "b" }, { as: "b" });
    return join({ dir: params.dir, leftHalf: a.half, rightHalf: b.half });
  },
});

const failingTask = task({ name: "failingTask", modules: [failing], outputs: ["report"] });

/** A node that throws. */
export const failingFlow = flow({
  name: "failing",
  params: z.object({ text: z.string() }),
  run: ({ params }) => failingTask({ text: params.text }),
});

const spin = task({ name: "spin", modules: [spinning], outputs: ["never"] });

/** A node that never gives the thread back. */
export const spinningFlow = flow({
  name: "spinning",
  params: z.object({ dir }),
  run: ({ params }) => spin({ dir: params.dir }),
});

const load = task({ name: "load", modules: [loading], outputs: ["total", "saved"] });

/** Reads a file and writes another. */
export const loadingFlow = flow({
  name: "loading",
  params: z.object({ ordersPath: z.string(), totalPath: z.string() }),
  run: ({ params }) => load({ ordersPath: params.ordersPath, totalPath: params.totalPath }).total,
});

const learn = task({
  name: "learn",
  modules: [training],
  outputs: ["size"],
  pool: "gpu",
});

/** Trains a small model in the pool of GPUs. */
export const trainingFlow = flow({
  name: "training",
  params: z.object({ dir, epochs: z.number().int(), stands: z.boolean() }),
  run: ({ params }) =>
    learn({ dir: params.dir, epochs: params.epochs, stands: params.stands, count: 64 }),
});

const hoard = task({
  name: "hoard",
  modules: [hoarding],
  outputs: ["hoard"],
  retries: 2,
  memoryBytes: 300_000_000,
});

/** Takes more memory than it may. */
export const hoardingFlow = flow({
  name: "hoarding",
  params: z.object({ pieceBytes: z.number().int() }),
  run: ({ params }) => hoard({ pieceBytes: params.pieceBytes }),
});

const shout = task({ name: "shout", modules: [failing], outputs: ["loud"] });

/** Starts by messages and by events; one run each. */
export const shoutFlow = flow({
  name: "shout",
  params: z.object({ text: z.string().min(1) }),
  triggers: [
    onSubject("ingest.shout.>"),
    onEvent("word.spoken", {
      match: { "data.loud": true },
      data: z.object({ word: z.string(), loud: z.boolean() }),
      params: ({ data }) => ({ text: data.word }),
    }),
  ],
  run: ({ params }) => shout({ text: params.text }),
});

/** Runs by itself. */
export const dailyFlow = flow({
  name: "daily",
  params: z.object({ text: z.string().default("good morning") }),
  schedules: [{ daily: "06:00", timeZone: "America/Sao_Paulo", catchUp: "latest" }],
  run: ({ params }) => shout({ text: params.text }),
});
