import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";

/** The root of the checkout. */
export const ROOT = resolve(import.meta.dirname, "../..");
/** What Weirflow keeps on this machine; never committed. */
export const STATE = join(ROOT, ".weirflow");

/** Something that keeps the set-up from going on, and what to do about it. */
export class BootstrapError extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/** A line of progress; standard output belongs to the command. */
export function say(text) {
  process.stderr.write(`weirflow: ${text}\n`);
}

/** The environment of everything that runs on the pinned Node. */
export function childEnv(node) {
  const path = [dirname(node), join(ROOT, "node_modules/.bin"), process.env.PATH ?? ""].join(
    delimiter,
  );
  return { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
}

/** The lock file, parsed: the one place that pins versions and their integrity. */
export function readLock(text = readFileSync(join(ROOT, "package-lock.json"), "utf8")) {
  return JSON.parse(text);
}

/** @returns sha-256 of a text, hex. */
export function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

/** npm as a command and its first arguments: the copy that runs this script, on a given Node if there is one. */
export function npmCommand(node = process.execPath) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith(".js") ? [node, [cli]] : ["npm", []];
}

/**
 * Runs a program to its end.
 * @returns its exit code and what it wrote, unless `options.stdio` says otherwise.
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], ...options });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (piece) => (output += piece));
  return new Promise((done, fail) => {
    child.on("error", (cause) =>
      fail(
        new BootstrapError(
          `cannot run ${command}: ${cause.message}`,
          "install it, or put it on PATH",
        ),
      ),
    );
    child.on("close", (code, signal) => done({ code: code ?? 1, signal, output }));
  });
}
