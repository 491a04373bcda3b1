import { escapeIdentifier, Client } from "pg";
import { DatabaseAdminError } from "../errors.ts";

const DUPLICATE_DATABASE = "42P04";
/** Nobody may be in the template for the moment of the copy; Postgres itself waits 5 s for them to leave. */
const TEMPLATE_IN_USE = "55006";
const CONNECT_TIMEOUT_MS = 10_000;
const TEMPLATE_TRIES = 2;

/** Whether a server accepts statements at this URL. */
export async function answers(url: string): Promise<boolean> {
  try {
    await execute(url, "select 1");
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates a database unless it exists.
 *
 * @param url - of a database on the same server, as a superuser.
 * @returns whether it was created now.
 * @throws {@link DatabaseAdminError} `embedded/database-admin`.
 */
export async function createDatabase(
  url: string,
  name: string,
  template = "template0",
): Promise<boolean> {
  const from = `template ${escapeIdentifier(template)} encoding 'UTF8'`;
  const statement = `create database ${escapeIdentifier(name)} with ${from}`;
  for (let tries = 1; ; tries += 1) {
    try {
      await execute(url, statement);
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === DUPLICATE_DATABASE) return false;
      if (code !== TEMPLATE_IN_USE || tries === TEMPLATE_TRIES)
        throw new DatabaseAdminError("create", name, error);
    }
  }
}

/**
 * Drops a database and whatever is connected to it; one that does not exist is fine.
 *
 * @throws {@link DatabaseAdminError} `embedded/database-admin`.
 */
export async function dropDatabase(url: string, name: string): Promise<void> {
  try {
    await execute(url, `drop database if exists ${escapeIdentifier(name)} with (force)`);
  } catch (error) {
    throw new DatabaseAdminError("drop", name, error);
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    ssl: false,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
