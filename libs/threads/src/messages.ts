import type { MessagePort } from "node:worker_threads";
import type { NodeContext } from "@weirflow/dataflow";
import type { ErrorRecord } from "@weirflow/errors";

/** What a thread is asked to do. */
export interface ThreadJob {
  readonly module: string;
  readonly name: string;
  readonly deps: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  /** Where the thread tells what the function says to its context. */
  readonly port: MessagePort;
}

/** Parts of a context that only tell, and give nothing back. */
export const TELLING = ["log", "progress", "artifact", "record"] as const;

type Telling = (typeof TELLING)[number];

/** A call of one of them. */
export interface Said {
  readonly method: Telling;
  readonly args: Parameters<NodeContext[Telling]>;
}

/** What a thread says last. */
export const ALL_SAID = "all said";

/** How a job ended: an error of the function is an answer. */
export type ThreadAnswer =
  | { readonly kind: "made"; readonly value: unknown }
  | { readonly kind: "thrown"; readonly error: ErrorRecord }
  | { readonly kind: "no-export" };
