import type { AttemptState } from "@weirflow/contracts";
import { sql } from "kysely";
import type { Trx } from "./in-transaction.ts";

/** What the row of an attempt says about its token. */
export interface AttemptRow {
  readonly taskRunId: string;
  readonly state: AttemptState;
  readonly isReported: boolean;
}

/** The attempts of these tokens, as far as there are any, by token. */
export async function readAttempts(
  trx: Trx,
  tokens: readonly string[],
): Promise<Map<string, AttemptRow>> {
  if (tokens.length === 0) return new Map();
  const rows = await trx
    .selectFrom("attempts")
    .select(["claim_id", "task_run_id", "state", "reported"])
    .where("claim_id", "=", sql<string>`any(${[...tokens]}::text[])`)
    .execute();
  return new Map(
    rows.map((row) => [
      row.claim_id,
      {
        taskRunId: row.task_run_id,
        state: row.state as AttemptState, // only decisions write the column
        isReported: row.reported,
      },
    ]),
  );
}
