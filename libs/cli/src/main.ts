#!/usr/bin/env node
import { shutdownSignal } from "@weirflow/lifecycle";
import { runProgram } from "./program.ts";

process.exitCode = await runProgram(process.argv.slice(2), {
  env: process.env,
  out: process.stdout,
  err: process.stderr,
  signal: shutdownSignal(),
});
