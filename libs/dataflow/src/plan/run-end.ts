import { PluginError, RunCancelledError } from "../errors.ts";
import type { Plugin, RunEnd, RunStart } from "./plugin.ts";
import { isThenable, type Later } from "./promises.ts";

/** Of whose end plugins are told. */
export interface EndingRun {
  readonly run: RunStart;
  readonly plugins: readonly Plugin[];
  readonly sinceStartUs: () => number;
}

/**
 * Runs `act`, and tells the plugins how it ended.
 *
 * Each is told, also after the hook of another has thrown; a failure of the run itself goes before that of a hook.
 *
 * @throws {@link PluginError} `dag/plugin-failed`, when a hook throws.
 */
export function tellingEnd<T>(ending: EndingRun, act: () => Later<T>): Later<T> {
  if (ending.plugins.every(({ onRunEnd }) => onRunEnd === undefined)) return act();
  const succeed = (value: T): T => {
    const failure = tell(ending, { state: "succeeded" });
    if (failure !== undefined) throw failure;
    return value;
  };
  const fail = (error: unknown): never => {
    tell(ending, { state: error instanceof RunCancelledError ? "cancelled" : "failed", error });
    throw error;
  };
  let made: Later<T>;
  try {
    made = act();
  } catch (error) {
    return fail(error);
  }
  return isThenable(made) ? made.then(succeed, fail) : succeed(made);
}

/** Tells every plugin; gives the first failure of a hook. */
function tell(
  { run, plugins, sinceStartUs }: EndingRun,
  how: Pick<RunEnd, "state" | "error">,
): PluginError | undefined {
  const end: RunEnd = { run, durationUs: sinceStartUs(), ...how };
  let failure: PluginError | undefined;
  for (const plugin of plugins)
    try {
      plugin.onRunEnd?.(end);
    } catch (thrown) {
      failure ??= new PluginError(plugin.name, "onRunEnd", undefined, thrown);
    }
  return failure;
}
