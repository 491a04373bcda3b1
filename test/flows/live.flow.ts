import * as z from "zod";
import { flow, task } from "weirflow";
import * as liveTraining from "./live-training.ts";

const learn = task({ name: "learn", modules: [liveTraining], outputs: ["losses"] });

/** A training that waits for the test when its first epoch is done. */
export const liveFlow = flow({
  name: "live",
  params: z.object({ dir: z.string().describe("A folder for gates.") }),
  run: ({ params }) => learn({ dir: params.dir }),
});
