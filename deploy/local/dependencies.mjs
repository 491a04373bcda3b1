import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { BootstrapError, childEnv, npmCommand, ROOT, run, say, sha256, STATE } from "./support.mjs";

const LOCKED = join(ROOT, "package-lock.json");
/** What npm itself notes of an installation. */
const INSTALLED = join(ROOT, "node_modules/.package-lock.json");
const STAMP = join(ROOT, "node_modules/.weirflow-stamp");
const LOCK = join(STATE, "install.lock");

/**
 * Installs the locked dependencies, unless they are there already.
 * @param withTools - also those that only tests and contributors need.
 */
export async function ensureDependencies(node, { withTools }) {
  const lockText = readFileSync(LOCKED, "utf8");
  const all = sha256(lockText);
  const stamp = withTools ? all : `${all} without tools`;
  const isThere = () => [all, stamp].includes(readIfThere(STAMP));
  if (isThere()) return;
  await withLock(async () => {
    if (isThere()) return;
    const installed = JSON.parse(readIfThere(INSTALLED) ?? "{}");
    if (!isInstalled(JSON.parse(lockText), installed, { withTools }))
      await install(node, { withTools });
    writeFileSync(STAMP, stamp);
  });
}

/**
 * Whether an installation is exactly what the lock file says, except for packages of other platforms.
 * @param lock - `package-lock.json`, parsed.
 * @param installed - `node_modules/.package-lock.json`, parsed.
 * @param withTools - whether it has to have what only tests and contributors need.
 */
export function isInstalled(lock, installed, { withTools, ...machine }) {
  const { platform, arch } = { platform: process.platform, arch: process.arch, ...machine };
  const found = installed.packages ?? {};
  const wanted = Object.entries(lock.packages).filter(([path]) => path.includes("node_modules/"));
  const known = new Set(wanted.map(([path]) => path));
  const isRight = ([path, entry]) =>
    path in found
      ? found[path].version === entry.version
      : isOptional(entry, platform, arch) || (entry.dev === true && !withTools);
  const isKnown = (path) => known.has(path) || path in lock.packages;
  return wanted.every(isRight) && Object.keys(found).every(isKnown);
}

/** Whether npm may leave a package out: it is optional, and not made for this very platform. */
function isOptional({ optional = false, os, cpu, libc = ["glibc"] }, platform, arch) {
  const isFor = (list, value) => list === undefined || list.includes(value);
  const isSpecific = os !== undefined || cpu !== undefined;
  const isOurs = isFor(os, platform) && isFor(cpu, arch) && libc.includes("glibc");
  return optional && !(isSpecific && isOurs);
}

async function install(node, { withTools }) {
  const size = withTools ? "440 MB, with the tools of contributors" : "280 MB";
  say(`installing the locked dependencies (about ${size}, once) …`);
  const [npm, first] = npmCommand(node);
  const { code, output } = await run(
    npm,
    [
      ...first,
      "ci",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      ...(withTools ? [] : ["--omit=dev"]),
    ],
    { env: childEnv(node) },
  );
  if (code !== 0) {
    throw new BootstrapError(
      `npm ci failed:\n${output.trim().split("\n").slice(-15).join("\n")}`,
      "check the connection to the npm registry and the free disk space, then run the command again",
    );
  }
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
    const holder = readIfThere(LOCK);
    if (holder !== undefined && holder !== "" && !isAlive(Number(holder)))
      rmSync(LOCK, { force: true });
    return false;
  }
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
