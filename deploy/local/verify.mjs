import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BootstrapError, childEnv, run, say, STATE } from "./support.mjs";

/** The steps of `npm run verify` and `npm test`, in order; each needs a name that `--only` can pick. */
export const STEPS = [
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "boundaries", command: ["turbo", "boundaries"] },
  { name: "types", command: ["tsc", "-b"] },
  // After the types: lint reads the declarations of the packages that a test imports.
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "test-types", command: ["tsc", "-p", "tsconfig.tests.json"] },
  { name: "knip", command: ["knip"] },
  { name: "unit", project: "unit" },
  { name: "integration", project: "integration" },
  { name: "e2e", project: "e2e" },
];

/**
 * The steps that `--only a,b` leaves; all without it.
 * @throws BootstrapError for anything else.
 */
export function chooseSteps(args) {
  if (args.length === 0) return STEPS;
  const [flag, list = ""] = args;
  const wanted = list.split(",");
  const names = STEPS.map((step) => step.name);
  if (flag !== "--only" || args.length !== 2 || !wanted.every((name) => names.includes(name))) {
    throw new BootstrapError(
      `cannot run "${args.join(" ")}"`,
      `use --only with some of ${names.join(",")}`,
    );
  }
  return STEPS.filter((step) => wanted.includes(step.name));
}

/**
 * Runs every step, also after one has failed, and sums up.
 * @returns the exit code: 0 when all passed.
 */
export async function verify(node, args) {
  mkdirSync(STATE, { recursive: true });
  const results = [];
  for (const step of chooseSteps(args)) results.push(await runStep(node, step));
  for (const { name, ok, seconds } of results)
    say(`${ok ? "ok  " : "FAIL"} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s`);
  const passed = sum(results, "passed");
  const failed = sum(results, "failed");
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return results.every((result) => result.ok) ? 0 : 1;
}

async function runStep(node, step) {
  const began = performance.now();
  say(`── ${step.name}`);
  const counted =
    step.project === undefined
      ? await runCheck(node, step.command)
      : await runTests(node, step.project);
  return { name: step.name, seconds: (performance.now() - began) / 1000, ...counted };
}

/** A check counts as one test, so that a failed one shows in the sum. */
async function runCheck(node, [command, ...args]) {
  const { code, output } = await run(command, args, { env: childEnv(node) });
  if (code !== 0) process.stdout.write(`${output.trimEnd()}\n`);
  return { ok: code === 0, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

async function runTests(node, project) {
  const report = join(STATE, `test-${project}.json`);
  rmSync(report, { force: true });
  const args = [
    "run",
    "--project",
    project,
    "--passWithNoTests",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  const { code } = await run("vitest", args, {
    env: childEnv(node),
    stdio: ["ignore", "inherit", "inherit"],
  });
  const { passed, failed } = readCounts(report);
  return { ok: code === 0, passed, failed: failed + (code !== 0 && failed === 0 ? 1 : 0) };
}

function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function sum(results, key) {
  return results.reduce((total, result) => total + result[key], 0);
}
