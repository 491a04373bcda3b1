import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { BootstrapError, npmCommand, readLock, run, say, STATE } from "./support.mjs";

const LOWEST = [24, 11];

/** Whether a version like `v24.21.0` is the major release that Weirflow runs on, and recent enough. */
export function isRightNode(version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major === LOWEST[0] && minor >= LOWEST[1];
}

/** The pin of this platform's Node in the lock file: package, version and integrity. */
export function nodePin(lock, platform = process.platform, arch = process.arch) {
  const name = `node-${platform === "win32" ? "win" : platform}-${arch}`;
  const entry = lock.packages?.[`node_modules/${name}`];
  return entry === undefined
    ? undefined
    : { name, version: entry.version, integrity: entry.integrity };
}

/**
 * Puts the pinned Node in place if this one does not do.
 * @returns the path of its executable.
 * @throws BootstrapError when it cannot be had.
 */
export async function ensureNode() {
  if (isRightNode(process.version)) return process.execPath;
  const pin = nodePin(readLock());
  if (pin === undefined) {
    throw new BootstrapError(
      `Weirflow runs on Node 24 (${LOWEST.join(".")} or later); this is ${process.version}, and npm has none for ${process.platform}-${process.arch}`,
      "install Node 24, then run the command again",
    );
  }
  const home = join(STATE, "node", pin.version);
  if (!existsSync(executableIn(home))) await fetchNode(pin, home);
  return executableIn(home);
}

async function fetchNode(pin, home) {
  say(`getting Node ${pin.version} from npm (about 50 MB, once) …`);
  mkdirSync(join(STATE, "node"), { recursive: true });
  const scratch = mkdtempSync(join(STATE, "node", ".fetch-"));
  try {
    const [npm, first] = npmCommand();
    const packed = await run(npm, [
      ...first,
      "pack",
      `${pin.name}@${pin.version}`,
      "--pack-destination",
      scratch,
    ]);
    const archive = readdirSync(scratch).find((file) => file.endsWith(".tgz"));
    if (packed.code !== 0 || archive === undefined) {
      throw new BootstrapError(
        `npm could not get ${pin.name}@${pin.version}: ${lastLine(packed.output)}`,
        "check the connection to the npm registry, or install Node 24 yourself",
      );
    }
    checkIntegrity(readFileSync(join(scratch, archive)), pin);
    const unpacked = await run("tar", ["-xzf", join(scratch, archive), "-C", scratch]);
    if (unpacked.code !== 0)
      throw new BootstrapError(`tar failed: ${lastLine(unpacked.output)}`, "is the disk full?");
    await checkRuns(join(scratch, "package"));
    placeOnce(join(scratch, "package"), home);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function checkRuns(folder) {
  const { code, output } = await run(executableIn(folder), ["--version"]);
  if (code !== 0) {
    throw new BootstrapError(
      `the Node of npm does not run here: ${lastLine(output)}`,
      "it needs glibc 2.28 or newer; install Node 24 yourself, then run the command again",
    );
  }
}

/** Moves a folder into place, whole or not at all; another process may have been faster. */
function placeOnce(folder, home) {
  try {
    renameSync(folder, home);
  } catch (error) {
    if (!existsSync(executableIn(home))) throw error;
  }
}

function executableIn(home) {
  return join(home, "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** @throws BootstrapError when the bytes are not what the lock file pins. */
export function checkIntegrity(bytes, pin) {
  const [algorithm] = pin.integrity.split("-");
  const found = `${algorithm}-${createHash(algorithm).update(bytes).digest("base64")}`;
  if (found !== pin.integrity) {
    throw new BootstrapError(
      `${pin.name}@${pin.version} is not what package-lock.json pins`,
      "a mirror or cache serves something else: clear npm's cache and try again",
    );
  }
}

function lastLine(output) {
  return output.trim().split("\n").at(-1) ?? "no output";
}
