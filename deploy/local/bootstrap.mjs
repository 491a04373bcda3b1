#!/usr/bin/env node
// The one command behind `npm run demo`, `npm test`, `npm run verify` and `npm run weir`. Needs Node ≥ 20, npm and tar,
// and nothing installed: it puts the pinned Node in place, installs the locked dependencies with it, then does the work.
import { spawn } from "node:child_process";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureNode } from "./pinned-node.mjs";
import { BootstrapError, childEnv, ROOT, say } from "./support.mjs";
import { verify } from "./verify.mjs";

const WEIR = ["--conditions=@weirflow/source", "libs/cli/src/main.ts"];

/** Runs a command of the workspace on the pinned Node, with its signals and its exit code. */
function runOnNode(node, args) {
  const child = spawn(node, args, { cwd: process.cwd(), env: childEnv(node), stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) =>
    child.on("exit", (code, signal) => resolve(signal === null ? code : 1)),
  );
}

async function main([command, ...args]) {
  const node = await ensureNode();
  await ensureDependencies(node);
  process.chdir(ROOT);
  switch (command) {
    case "demo":
      return await runOnNode(node, [...WEIR, "demo", ...args]);
    case "weir":
      return await runOnNode(node, [...WEIR, ...args]);
    case "test":
    case "verify":
      return await verify(node, args);
    default:
      throw new BootstrapError(
        `there is no command "${command}"`,
        "use demo, test, verify or weir",
      );
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error;
  say(`${error.message}\n  ${error.hint}`);
  process.exitCode = 1;
}
