import type { NodeEnd, Plugin } from "../plan/plugin.ts";

/** Writes one event: a fixed name, then fields. */
export type LogEvent = (event: string, fields: Readonly<Record<string, unknown>>) => void;

/** What is logged at which level; a level that is left out is silent. */
export interface LoggingOptions {
  /** Each node that is done: `node.succeeded`, `node.cached`, `node.cancelled`. */
  readonly debug?: LogEvent;
  /** Checks that only warn: `node.check-warned`. */
  readonly warn?: LogEvent;
  /** `node.failed`, with the error. */
  readonly error?: LogEvent;
}

/**
 * Logs what happens to nodes, never their values. Of a node that runs for items, `items` says for which.
 *
 * A logger of pino or of Weirflow fits by its shape.
 *
 * @example
 * const logging = loggingPlugin({ error: (event, fields) => console.error(event, fields) });
 * await plan.run(inputs, { plugins: [logging] });
 */
export function loggingPlugin({ debug, warn, error }: LoggingOptions): Plugin {
  return {
    name: "weirflow.logging",
    onNodeEnd: (end) => {
      if (end.state === "failed") error?.("node.failed", { ...factsOf(end), error: end.error });
      else debug?.(`node.${end.state}`, factsOf(end));
    },
    onCheck: ({ node, name, ok, level, message }) => {
      if (!ok && level === "warn")
        warn?.("node.check-warned", { node: node.name, check: name, message });
    },
  };
}

function factsOf({ call, durationUs }: NodeEnd): Readonly<Record<string, unknown>> {
  const { node, items } = call;
  return {
    node: node.name,
    ...(items === undefined ? {} : { items }),
    durationMs: durationUs / 1_000,
  };
}
