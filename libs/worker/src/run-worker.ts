import { aborted, listenHealth, shutdownSignal } from "@weirflow/lifecycle";
import { createLogger, type Logger, startTelemetry } from "@weirflow/telemetry";
import { type RunningWorker, startWorker } from "./start-worker.ts";
import { type WorkerEnv, workerOptions } from "./worker-env.ts";

/** A worker service: its name, and what it was started with. */
export interface WorkerService {
  /** Its name in logs, traces and events. */
  readonly service: string;
  readonly env: WorkerEnv;
  /** The words of the command line; `--flows DIR` wins over the variable. */
  readonly argv: readonly string[];
  /** From where packages of tensor back ends are looked up. @default `@weirflow/compute` itself */
  readonly tensorBase?: string;
}

/**
 * All that the `main.ts` of a worker does: serves until SIGTERM or SIGINT, then drains.
 *
 * @returns the exit code: 0 after a stop, also during the start; 1 after a failure, which is logged.
 * @example
 * process.exit(await runWorker({ service: "cpu-worker", env: readConfig(process.env), argv: process.argv.slice(2) }));
 */
export async function runWorker(service: WorkerService): Promise<number> {
  const logger = createLogger({ service: service.service, level: service.env.WEIR_LOG_LEVEL });
  const stop = shutdownSignal();
  try {
    await serve(service, logger, stop);
  } catch (error) {
    if (!stop.aborted) {
      logger.error(`${service.service}.failed`, { error });
      return 1;
    }
  }
  return 0;
}

async function serve(
  { service, env, argv, tensorBase }: WorkerService,
  logger: Logger,
  stop: AbortSignal,
): Promise<void> {
  let worker: RunningWorker | undefined;
  await using stack = new AsyncDisposableStack();
  stack.use(startTelemetry({ service, endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT }));
  const isReady = (): boolean => !stop.aborted && worker?.isConnected() === true;
  if (env.WEIR_HEALTH_PORT > 0)
    stack.use(
      await listenHealth({
        port: env.WEIR_HEALTH_PORT,
        host: env.WEIR_HEALTH_HOST,
        checks: { worker: isReady },
      }),
    );
  const options = workerOptions(env, argv);
  worker = stack.use(await startWorker({ ...options, service, tensorBase, logger, signal: stop }));
  logger.info(`${service}.ready`, { pool: options.pool, serves: worker.serves.length });
  await aborted(stop);
}
