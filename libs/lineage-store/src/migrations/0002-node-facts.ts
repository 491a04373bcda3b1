import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Adds what nodes told of their executions; code that does not know the column writes on as before. */
export const nodeFacts: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`alter table lineage.node_note add column facts jsonb`.execute(db);
  },
};
