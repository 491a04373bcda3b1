import { jetstream, jetstreamManager, type JetStreamClient } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "@weirflow/telemetry";
import { Bus } from "./bus.ts";
import { authenticatorFor } from "./credentials.ts";
import { BusUnavailableError } from "./errors.ts";
import { checkServerVersion } from "./server-version.ts";

/** How a service connects. */
export interface BusOptions {
  /** One or more servers, separated by commas. */
  readonly url: string;
  /** The service; also the prefix of its inbox, `_INBOX_<name>`, which its user on the server may read alone. */
  readonly name: string;
  /** Seed of an nkey, or the text of a credentials file. */
  readonly credentials?: string | undefined;
  readonly logger: Logger;
  /** Ends a connecting that is under way. */
  readonly signal: AbortSignal;
  /** Called after each time the connection came back: messages may have been lost. */
  readonly onReconnect?: () => void;
}

/** A JetStream call that takes longer is given up. */
const API_TIMEOUT_MS = 5_000;

/**
 * Connects to NATS, waits until a server answers, and reconnects for ever afterwards.
 *
 * @throws {@link ServerTooOldError} `bus/server-too-old` · {@link BusUnavailableError} `bus/unavailable` when the server
 * refuses the credentials or `signal` aborts.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const connection = await open(options);
  try {
    checkServerVersion(connection.info?.version ?? "0.0.0");
    const client: JetStreamClient = jetstream(connection, { timeout: API_TIMEOUT_MS });
    const manager = await jetstreamManager(connection, {
      timeout: API_TIMEOUT_MS,
      checkAPI: false,
    });
    void watch(connection, options);
    return new Bus({ connection, client, manager, logger: options.logger });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function open(options: BusOptions): Promise<NatsConnection> {
  const { url, name, credentials, signal } = options;
  signal.throwIfAborted();
  const opening = connect({
    servers: url.split(",").map((server) => server.trim()),
    name,
    inboxPrefix: `_INBOX_${name}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 100,
    waitOnFirstConnect: true,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: API_TIMEOUT_MS,
    ...(credentials === undefined ? {} : { authenticator: authenticatorFor(credentials) }),
  });
  const gaveUp = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([opening, gaveUp]);
  } catch (cause) {
    // The loser of the race: a connection that still comes is closed again.
    opening.then(
      async (late) => await late.close(),
      () => undefined,
    );
    throw new BusUnavailableError(
      `cannot connect to NATS at "${url.replace(/\/\/[^@/]*@/, "//…@")}"`,
      cause,
    );
  }
}

async function watch(
  connection: NatsConnection,
  { logger, onReconnect }: BusOptions,
): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === "disconnect") logger.warn("bus.disconnected");
    if (status.type === "reconnect") {
      logger.info("bus.reconnected");
      onReconnect?.();
    }
    if (status.type === "error") logger.warn("bus.error", { message: String(status.error) });
  }
}
