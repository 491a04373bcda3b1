import { JobRunner } from "../execute/job-runner.ts";
import { captureOutput } from "./capture-output.ts";
import { openSlotPort } from "./slot-port.ts";

/** The program of a slot: a worker thread or a child process in which user code runs. */
const port = openSlotPort();
const runner = new JobRunner((message, transfer) => port.send(message, transfer));
process.on("unhandledRejection", (error) => runner.stray("promise", error));
process.on("uncaughtException", (error) => runner.stray("callback", error));
captureOutput(process.stdout, (line) => runner.print("info", line));
captureOutput(process.stderr, (line) => runner.print("warn", line));
port.listen((message) => runner.hear(message));
port.send({ kind: "up" });
