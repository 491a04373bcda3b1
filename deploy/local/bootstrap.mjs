#!/usr/bin/env node
// The one command behind `npm run demo`, `npm test`, `npm run verify` and `npm run weir`. Needs Node ≥ 20, npm and tar,
// and nothing installed: it puts the pinned Node in place, installs the locked dependencies with it, then does the work.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureNode } from "./pinned-node.mjs";
import { BootstrapError, childEnv, ROOT, say } from "./support.mjs";
import { verify } from "./verify.mjs";

const WEIR = ["--conditions=@weirflow/source", "libs/cli/src/main.ts"];

/** Runs a command of the workspace on the pinned Node, with its signals and its exit code. */
function runOnNode(node, args) {
  const child = spawn(node, args, { cwd: ROOT, env: childEnv(node), stdio: "inherit" });
  // Ctrl-C in a terminal reaches the child too, and a second signal would end it without a drain.
  const isForwarded = !hasTerminal();
  process.on("SIGINT", () => isForwarded && child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve) =>
    child.on("exit", (code, signal) => resolve(signal === null ? code : 1)),
  );
}

function hasTerminal() {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

async function main([command, ...args]) {
  if (!["demo", "weir", "test", "verify"].includes(command)) {
    throw new BootstrapError(`there is no command "${command}"`, "use demo, test, verify or weir");
  }
  const node = await ensureNode();
  await ensureDependencies(node, { withTools: command === "test" || command === "verify" });
  switch (command) {
    case "demo":
      return await runOnNode(node, [...WEIR, "demo", ...args]);
    case "weir":
      return await runOnNode(node, [...WEIR, ...args]);
    default:
      return await verify(node, args);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error;
  say(`${error.message}\n  ${error.hint}`);
  process.exitCode = 1;
}
