import { aborted, listenHealth, shutdownSignal } from "@weirflow/lifecycle";
import { createLogger, type Logger, startTelemetry } from "@weirflow/telemetry";
import { type LineageConfig, readConfig } from "./config.ts";
import { createLineage, type RunningLineage } from "./create-lineage.ts";

const SERVICE = "lineage";

const config = readConfig(process.env);
const logger = createLogger({ service: SERVICE, level: config.WEIR_LOG_LEVEL });
try {
  await serve(config, logger, shutdownSignal());
} catch (error) {
  logger.error(`${SERVICE}.failed`, { error });
  process.exitCode = 1;
}

async function serve(env: LineageConfig, logger: Logger, stop: AbortSignal): Promise<void> {
  let running: RunningLineage | undefined;
  await using stack = new AsyncDisposableStack();
  stack.use(startTelemetry({ service: SERVICE, endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT }));
  const isReady = (): boolean => !stop.aborted && running?.isReady() === true;
  if (env.WEIR_HEALTH_PORT > 0)
    stack.use(
      await listenHealth({
        port: env.WEIR_HEALTH_PORT,
        host: env.WEIR_HEALTH_HOST,
        checks: { lineage: isReady },
      }),
    );
  running = stack.use(await createLineage({ config: env, logger, signal: stop }));
  logger.info(`${SERVICE}.ready`);
  await aborted(stop);
}
