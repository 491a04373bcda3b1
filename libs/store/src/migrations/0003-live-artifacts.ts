import { type Kysely, sql } from "kysely";

/** Artifacts of attempts that still run: their bytes live in the row until the report says where they are stored. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `alter table artifacts add column body bytea, add column sequence int not null default 0,
     add column updated_at timestamptz not null default weir_now()`,
  `update artifacts set updated_at = created_at`,
];
