/**
 * The process of one query: it loads DuckDB, runs, and hands out rows as they are asked for.
 *
 * It is ended from outside at any time, and ends itself when the process that asked is gone.
 */
import { toErrorRecord } from "@weirflow/errors";
import type { FromQuery, ToQuery } from "./query-messages.ts";
import { ResultReader } from "./result-reader.ts";

let reader: ResultReader | undefined;
let last: Promise<void> = Promise.resolve();

process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (message) => {
  // one after the other: only `startQuery` sends here, and it sends ToQuery
  last = last.then(async () => await answer(message as ToQuery));
});

async function answer(request: ToQuery): Promise<void> {
  try {
    send(await answerTo(request));
  } catch (error) {
    send({ kind: "failed", error: toErrorRecord(error) });
  }
}

async function answerTo(request: ToQuery): Promise<FromQuery> {
  if (request.kind === "run") {
    reader = await ResultReader.open(request.plan, request.found);
    return { kind: "runs", empty: reader.empty };
  }
  const part = await reader?.read(request.maxRows);
  return part === undefined ? { kind: "end" } : { kind: "rows", ...part };
}

function send(message: FromQuery): void {
  process.send?.(message);
}
