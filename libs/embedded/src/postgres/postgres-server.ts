import { endGently, endProcess } from "../end-process.ts";
import type { ServerProcess } from "../server-process.ts";
import { createDatabase, dropDatabase } from "./admin.ts";

/** A Postgres on 127.0.0.1. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly port: number;
  /** Changes with a restart. */
  readonly pid: number;
  /** Whether this handle started the server. A guest's `stop` leaves it running. */
  readonly isOwner: boolean;
  /** A connection URL, with the password if there is one. */
  url(database: string): string;
  /**
   * Creates a database unless it exists.
   * @param template - a database to copy. @default an empty one
   * @returns whether it was created now.
   * @throws DatabaseAdminError `embedded/database-admin`.
   */
  createDatabase(name: string, template?: string): Promise<boolean>;
  /** @throws DatabaseAdminError `embedded/database-admin`. */
  dropDatabase(name: string): Promise<void>;
  /** SIGINT: disconnects everybody and shuts down cleanly; the data stays. Idempotent. */
  stop(): Promise<void>;
  /** Sends a signal and waits until the server has ended. @default "SIGKILL" */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it if it runs, and starts it on the same port and data. Its handle becomes the owner. */
  restart(): Promise<void>;
}

/** @internal */
export interface PostgresServerOptions {
  readonly port: number;
  readonly password: string | undefined;
  /** Present for the owner. */
  readonly process?: ServerProcess;
  /** Present for a guest. */
  readonly pid?: number;
  readonly relaunch: (port: number) => Promise<ServerProcess>;
}

/** @internal */
export class PostgresServer implements EmbeddedPostgres {
  readonly port: number;
  readonly #password: string | undefined;
  readonly #relaunch: (port: number) => Promise<ServerProcess>;
  #process: ServerProcess | undefined;
  #pid: number;

  constructor({ port, password, process, pid, relaunch }: PostgresServerOptions) {
    this.port = port;
    this.#password = password;
    this.#process = process;
    this.#pid = process?.pid ?? pid ?? 0;
    this.#relaunch = relaunch;
  }

  get pid(): number {
    return this.#pid;
  }

  get isOwner(): boolean {
    return this.#process !== undefined;
  }

  url(database: string): string {
    return databaseUrl(database, this.port, this.#password);
  }

  async createDatabase(name: string, template?: string): Promise<boolean> {
    return await createDatabase(this.url("postgres"), name, template);
  }

  async dropDatabase(name: string): Promise<void> {
    await dropDatabase(this.url("postgres"), name);
  }

  async stop(): Promise<void> {
    if (this.#process !== undefined) await endGently(this.#process, "SIGINT");
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    await endProcess(this.#process ?? this.#pid, signal);
  }

  async restart(): Promise<void> {
    if (this.#process === undefined) await this.kill("SIGINT");
    else await this.stop();
    this.#process = await this.#relaunch(this.port);
    this.#pid = this.#process.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** @internal */
export function databaseUrl(database: string, port: number, password: string | undefined): string {
  const secret = password === undefined ? "" : `:${password}`;
  return `postgres://postgres${secret}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
