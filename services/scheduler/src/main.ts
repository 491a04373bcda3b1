import { aborted, listenHealth, shutdownSignal } from "@weirflow/lifecycle";
import { collapseRepeats, createLogger, Metrics, startTelemetry } from "@weirflow/telemetry";
import { readConfig, type SchedulerConfig } from "./config.ts";
import { createScheduler, type RunningScheduler } from "./create-scheduler.ts";

const SERVICE = "scheduler";

const config = readConfig(process.env);
const logger = collapseRepeats(createLogger({ service: SERVICE, level: config.WEIR_LOG_LEVEL }));
try {
  await serve(config, shutdownSignal());
} catch (error) {
  logger.error(`${SERVICE}.failed`, { error });
  process.exitCode = 1;
}

async function serve(env: SchedulerConfig, stop: AbortSignal): Promise<void> {
  let running: RunningScheduler | undefined;
  await using stack = new AsyncDisposableStack();
  stack.use(startTelemetry({ service: SERVICE, endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT }));
  const metrics = new Metrics();
  const isReady = (): boolean => !stop.aborted && running?.isReady() === true;
  if (env.WEIR_HEALTH_PORT > 0)
    stack.use(
      await listenHealth({
        port: env.WEIR_HEALTH_PORT,
        host: env.WEIR_HEALTH_HOST,
        checks: { scheduler: isReady },
        metrics: () => metrics.text(),
      }),
    );
  running = stack.use(await createScheduler({ config: env, logger, metrics, signal: stop }));
  logger.info(`${SERVICE}.ready`);
  await aborted(stop);
}
