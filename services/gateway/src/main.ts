import { aborted, shutdownSignal } from "@weirflow/lifecycle";
import { createLogger, type Logger, startTelemetry } from "@weirflow/telemetry";
import { type GatewayConfig, readConfig } from "./config.ts";
import { createGateway } from "./create-gateway.ts";

const SERVICE = "gateway";

const config = readConfig(process.env);
const logger = createLogger({ service: SERVICE, level: config.WEIR_LOG_LEVEL });
try {
  await serve(config, logger, shutdownSignal());
} catch (error) {
  logger.error(`${SERVICE}.failed`, { error });
  process.exitCode = 1;
}

async function serve(env: GatewayConfig, logger: Logger, stop: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack();
  stack.use(startTelemetry({ service: SERVICE, endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT }));
  const gateway = stack.use(await createGateway({ config: env, logger, signal: stop }));
  logger.info(`${SERVICE}.ready`, { host: gateway.host, port: gateway.port });
  await aborted(stop);
}
