import { runWorker } from "@weirflow/worker";
import { readConfig } from "./config.ts";

// A thread that native code holds cannot be awaited, and must not keep a drained worker alive.
process.exit(
  await runWorker({
    service: "cpu-worker",
    env: readConfig(process.env),
    argv: process.argv.slice(2),
  }),
);
