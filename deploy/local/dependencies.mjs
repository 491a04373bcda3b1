import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { BootstrapError, childEnv, npmCommand, ROOT, run, say, sha256, STATE } from "./support.mjs";

const STAMP = join(ROOT, "node_modules/.weirflow-stamp");
const LOCK = join(STATE, "install.lock");

/** Installs the locked dependencies, unless they are there already. */
export async function ensureDependencies(node) {
  const want = sha256(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  if (isInstalled(want)) return;
  await withLock(async () => {
    if (!isInstalled(want)) await install(node, want);
  });
}

function isInstalled(want) {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === want;
}

async function install(node, want) {
  say("installing the locked dependencies (about 200 MB, once) …");
  const [npm, first] = npmCommand(node);
  const { code, output } = await run(
    npm,
    [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    { env: childEnv(node) },
  );
  if (code !== 0) {
    throw new BootstrapError(
      `npm ci failed:\n${output.trim().split("\n").slice(-15).join("\n")}`,
      "check the connection to the npm registry and the free disk space, then run the command again",
    );
  }
  writeFileSync(STAMP, want);
}

/** One installation at a time; a lock whose owner is gone is taken over. */
async function withLock(work) {
  mkdirSync(STATE, { recursive: true });
  for (let waited = false; !takeLock(); waited = true) {
    if (!waited) say("another command is installing; waiting for it …");
    await pause(250);
  }
  try {
    await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (!isAlive(Number(readFileSync(LOCK, "utf8")))) rmSync(LOCK, { force: true });
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
