import { sql } from "kysely";
import { inTransaction } from "./in-transaction.ts";
import type { Store } from "./open-store.ts";

/** Stops the database's clock at an instant, or lets it run again. For tests: every comparison of instants uses it. */
export async function setNow(store: Store, at: Date | null, signal: AbortSignal): Promise<void> {
  await inTransaction(store, signal, async (trx) => {
    await sql`delete from weir_clock`.execute(trx);
    if (at !== null) await sql`insert into weir_clock values (${at})`.execute(trx);
  });
}
