import { type NodeContext, quietContext } from "@weirflow/dataflow";
import { toErrorRecord } from "@weirflow/errors";
import { ALL_SAID, type Said, TELLING, type ThreadAnswer, type ThreadJob } from "./messages.ts";

/** Runs an export of a module: what a thread of the pool does. */
export async function runJob(job: ThreadJob): Promise<ThreadAnswer> {
  const { module, name, deps, port } = job;
  const exported = ((await import(module)) as Readonly<Record<string, unknown>>)[name];
  if (typeof exported !== "function") return { kind: "no-export" };
  try {
    // the pool found the function under this name
    const fn = exported as (deps: object, context: NodeContext) => unknown;
    return { kind: "made", value: await fn(deps, contextOf(job)) };
  } catch (error) {
    return { kind: "thrown", error: toErrorRecord(error) };
  } finally {
    port.postMessage(ALL_SAID);
  }
}

function contextOf({ port, attempt }: ThreadJob): NodeContext {
  const tell =
    (method: Said["method"]) =>
    (...args: readonly unknown[]) => {
      port.postMessage({ method, args });
    };
  const telling = Object.fromEntries(TELLING.map((method) => [method, tell(method)]));
  // a thread is ended by who waits for it, so that its own signal stays as it is
  return { ...quietContext(), ...(telling as Pick<NodeContext, Said["method"]>), attempt };
}
