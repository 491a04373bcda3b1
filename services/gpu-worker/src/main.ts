import { aborted, listenHealth, shutdownSignal } from "@weirflow/lifecycle";
import { createLogger, type Logger, startTelemetry } from "@weirflow/telemetry";
import { type RunningWorker, startWorker, workerOptions } from "@weirflow/worker";
import { type GpuWorkerConfig, readConfig } from "./config.ts";

const SERVICE = "gpu-worker";

const config = readConfig(process.env);
const logger = createLogger({ service: SERVICE, level: config.WEIR_LOG_LEVEL });
const stop = shutdownSignal();
try {
  await serve(config, logger, stop);
} catch (error) {
  // A start that was interrupted is no failure.
  if (!stop.aborted) {
    logger.error(`${SERVICE}.failed`, { error });
    process.exitCode = 1;
  }
}
// A thread that native code holds cannot be awaited, and must not keep a drained worker alive.
process.exit();

async function serve(env: GpuWorkerConfig, logger: Logger, stop: AbortSignal): Promise<void> {
  let worker: RunningWorker | undefined;
  await using stack = new AsyncDisposableStack();
  stack.use(startTelemetry({ service: SERVICE, endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT }));
  const isReady = (): boolean => !stop.aborted && worker?.isConnected() === true;
  if (env.WEIR_HEALTH_PORT > 0)
    stack.use(
      await listenHealth({
        port: env.WEIR_HEALTH_PORT,
        host: env.WEIR_HEALTH_HOST,
        checks: { worker: isReady },
      }),
    );
  const options = workerOptions(env, process.argv.slice(2));
  worker = stack.use(
    await startWorker({
      ...options,
      service: SERVICE,
      tensorBase: import.meta.url,
      logger,
      signal: stop,
    }),
  );
  logger.info(`${SERVICE}.ready`, { pool: options.pool, serves: worker.serves.length });
  await aborted(stop);
}
