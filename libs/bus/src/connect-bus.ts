import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { retry, unlessAborted } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import { Bus } from "./bus.ts";
import { ConnectionState } from "./connection-state.ts";
import { authenticatorFor } from "./credentials.ts";
import { BusUnavailableError } from "./errors.ts";
import { checkServerVersion } from "./server-version.ts";
import { translateError } from "./translate-error.ts";

/** How a service connects. */
export interface BusOptions {
  /** One or more servers, separated by commas. */
  readonly url: string;
  /** The service; also the prefix of its inbox, `_INBOX_<name>`, which its user on the server may read alone. */
  readonly name: string;
  /** Seed of an nkey, the text of a credentials file, or `user:password`. */
  readonly credentials?: string | undefined;
  readonly logger: Logger;
  /** Ends a connecting that is under way. */
  readonly signal: AbortSignal;
  /** Called after each time the connection came back: messages may have been lost. */
  readonly onReconnect?: () => void;
}

/** A JetStream call that takes longer is given up. */
const API_TIMEOUT_MS = 5_000;
const UNTIL_THERE = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 2_000, jitter: 0.2 };

/**
 * Connects to NATS, waits until a server answers, and reconnects for ever afterwards.
 *
 * @throws {@link ServerTooOldError} `bus/server-too-old` · {@link BusForbiddenError} `bus/forbidden` when the server
 * refuses the credentials · CancelledError `lifecycle/cancelled` when `signal` is aborted first.
 * @example
 * await using bus = await connectBus({ url: "nats://127.0.0.1:4222", name: "scheduler", logger, signal });
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const { logger, signal } = options;
  const connection = await retry(UNTIL_THERE, async () => await open(options), {
    signal,
    onRetry: (error) => logger.warn("bus.waits-for-server", { message: String(error) }),
  });
  try {
    checkServerVersion(connection.info?.version ?? "0.0.0");
    const client = jetstream(connection, { timeout: API_TIMEOUT_MS });
    const manager = await jetstreamManager(connection, {
      timeout: API_TIMEOUT_MS,
      checkAPI: false,
    });
    const state = new ConnectionState();
    void watch(connection, state, options);
    return new Bus({ connection, client, manager, logger, state });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function open({ url, name, credentials, signal }: BusOptions): Promise<NatsConnection> {
  const opening = connect({
    servers: url.split(",").map((server) => server.trim()),
    name,
    inboxPrefix: `_INBOX_${name}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 100,
    // A server that is set up anew may refuse us for a while; it must not end the service.
    ignoreAuthErrorAbort: true,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: API_TIMEOUT_MS,
    ...(credentials === undefined ? {} : { authenticator: authenticatorFor(credentials) }),
  });
  try {
    return await unlessAborted(opening, signal);
  } catch (error) {
    // The loser of the race: a connection that still comes is closed again.
    opening.then(
      async (late) => await late.close(),
      () => undefined,
    );
    const failure = translateError(
      { what: `connecting to ${withoutPassword(url)}`, signal },
      error,
    );
    if (failure.code !== "bus/unavailable") throw failure;
    throw new BusUnavailableError(`cannot connect to NATS at "${withoutPassword(url)}"`, error);
  }
}

function withoutPassword(url: string): string {
  return url.replaceAll(/\/\/[^@/,]*@/g, "//…@");
}

async function watch(
  connection: NatsConnection,
  state: ConnectionState,
  { logger, onReconnect }: BusOptions,
): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === "disconnect") {
      state.down();
      logger.warn("bus.disconnected");
    } else if (status.type === "reconnect") {
      checkAgain(connection, logger);
      state.up();
      logger.info("bus.reconnected");
      onReconnect?.();
    } else if (status.type === "error") {
      logger.warn("bus.error", { message: String(status.error) });
    }
  }
}

/** The server that came back may be another one. */
function checkAgain(connection: NatsConnection, logger: Logger): void {
  try {
    checkServerVersion(connection.info?.version ?? "0.0.0");
  } catch (error) {
    logger.error("bus.server-too-old", { error });
  }
}
