import type { ErrorView, RunHead, RunView, TaskRunView } from "@weirflow/client";

/** What there is to say of a run, for people. */
export function runLines(run: RunView): readonly string[] {
  return [
    `run       ${run.runId} ${run.flowName} ${run.state} ${duration(run.durationMs)}`.trimEnd(),
    ...(run.reason === null ? [] : [`reason    ${run.reason}`]),
    ...errorLines(run.error),
    ...run.taskRuns.map(taskLine),
    ...run.results.map(
      ({ name, json, output }) =>
        `result    ${name} ${JSON.stringify(json ?? output?.summary?.preview ?? null)}`,
    ),
    ...run.artifacts.map(
      ({ key, kind, url }) => `artifact  ${kind.toLowerCase().padEnd(8)} ${key} ${url}`,
    ),
    `lineage   ${run.lineage.nodeExecutions} nodes, ${run.lineage.values} values, ${run.lineage.bytes} bytes`,
    `trace     ${run.traceId ?? "none"}`,
  ];
}

/** One line for each run, the newest first. */
export function runTable(runs: readonly RunHead[]): readonly string[] {
  return runs.map(
    ({ runId, flowName, state, createdAt, durationMs }) =>
      `${runId}  ${flowName.padEnd(20)} ${state.padEnd(16)} ${createdAt}  ${duration(durationMs)}`,
  );
}

/** A duration for people, e.g. `350 ms`, `12.3 s`, `4 min`. */
export function duration(ms: number | null): string {
  if (ms === null) return "";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

function taskLine({ call, state, attempt, pool, attempts, durationMs }: TaskRunView): string {
  const tried = attempt > 1 ? ` attempt ${attempt}` : "";
  const backend = attempts.at(-1)?.backend ?? null;
  const on = backend === null ? pool : `${pool}, ${backend}`;
  return `task      ${call.padEnd(20)} ${state}${tried} (${on}) ${duration(durationMs)}`.trimEnd();
}

/** What went wrong, what to do, and where it was. */
export function errorLines(error: ErrorView | null): readonly string[] {
  if (error === null) return [];
  // the code of the author stands in the stack of the cause
  const stack = error.cause?.stack ?? error.stack ?? "";
  return [
    `error     ${error.message} (${error.code})`,
    ...(error.hint === null ? [] : [`hint      ${error.hint}`]),
    ...stack.split("\n").flatMap((line) => (line === "" ? [] : [`          ${line}`])),
  ];
}
