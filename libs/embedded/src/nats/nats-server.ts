import { rm } from "node:fs/promises";
import { join } from "node:path";
import { endGently, endProcess } from "../end-process.ts";
import type { ServerProcess } from "../server-process.ts";

/** A nats-server with JetStream on 127.0.0.1. */
export interface EmbeddedNats extends AsyncDisposable {
  /** `nats://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** Changes with a restart. */
  readonly pid: number;
  /** Whether this handle started the server. A guest's `stop` leaves it running. */
  readonly isOwner: boolean;
  /** Base URL of the monitoring API; absent unless a port was asked for. */
  readonly monitoringUrl: string | undefined;
  /** Shuts down cleanly; the store stays. Idempotent. */
  stop(): Promise<void>;
  /** Sends a signal and waits until the server has ended. @default "SIGKILL" */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /**
   * Stops it if it runs, and starts it on the same port. Its handle becomes the owner.
   * @param options - `wipe` removes every stream, consumer and bucket in between. @default { wipe: false }
   */
  restart(options?: { readonly wipe?: boolean }): Promise<void>;
}

/** @internal */
export interface NatsServerOptions {
  readonly dir: string;
  readonly port: number;
  readonly monitoringPort: number | undefined;
  /** Present for the owner. */
  readonly process?: ServerProcess;
  /** Present for a guest. */
  readonly pid?: number;
  readonly relaunch: (port: number) => Promise<ServerProcess>;
}

/** @internal */
export class NatsServer implements EmbeddedNats {
  readonly port: number;
  readonly url: string;
  readonly monitoringUrl: string | undefined;
  readonly #dir: string;
  readonly #relaunch: (port: number) => Promise<ServerProcess>;
  #process: ServerProcess | undefined;
  #pid: number;

  constructor({ dir, port, monitoringPort, process, pid, relaunch }: NatsServerOptions) {
    this.port = port;
    this.url = `nats://127.0.0.1:${port}`;
    this.monitoringUrl =
      monitoringPort === undefined ? undefined : `http://127.0.0.1:${monitoringPort}`;
    this.#dir = dir;
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

  async stop(): Promise<void> {
    if (this.#process !== undefined) await endGently(this.#process, "SIGTERM");
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    await endProcess(this.#process ?? this.#pid, signal);
  }

  async restart({ wipe = false }: { readonly wipe?: boolean } = {}): Promise<void> {
    if (this.#process === undefined) await this.kill("SIGTERM");
    else await this.stop();
    if (wipe) await rm(join(this.#dir, "jetstream"), { recursive: true, force: true });
    this.#process = await this.#relaunch(this.port);
    this.#pid = this.#process.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
