import { z } from "zod";

/** The zod types of {@link commonEnv}. */
export interface CommonEnvFields {
  readonly WEIR_NATS_URL: z.ZodDefault<z.ZodString>;
  readonly WEIR_NATS_CREDENTIALS: z.ZodOptional<z.ZodString>;
  readonly WEIR_LOG_LEVEL: z.ZodDefault<
    z.ZodEnum<{ debug: "debug"; info: "info"; warn: "warn"; error: "error"; silent: "silent" }>
  >;
  readonly WEIR_HEALTH_PORT: z.ZodDefault<z.ZodCoercedNumber>;
  readonly WEIR_DRAIN_TIMEOUT_MS: z.ZodDefault<z.ZodCoercedNumber>;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: z.ZodOptional<z.ZodURL>;
}

/**
 * The variables that every service reads; spread into the schema of one.
 *
 * @example
 * const schema = z.object({ ...commonEnv, WEIR_DATABASE_URL: z.url() });
 */
export const commonEnv: CommonEnvFields = {
  WEIR_NATS_URL: z
    .string()
    .refine(isNatsUrl, "must be one or more URLs like nats://host:4222, separated by commas")
    .default("nats://127.0.0.1:4222")
    .describe("The NATS servers, separated by commas."),
  WEIR_NATS_CREDENTIALS: z
    .string()
    .optional()
    .describe("Seed of the service's nkey, or the text of a credentials file; a secret."),
  WEIR_LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("The least severe log lines that are written."),
  WEIR_HEALTH_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(0)
    .describe("Port of /livez and /readyz; 0 switches them off."),
  WEIR_DRAIN_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(30_000)
    .describe("How long a stopping service waits for what runs before it cancels it."),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url()
    .optional()
    .describe("Base URL that traces are sent to by OTLP/HTTP; unset sends nothing."),
};

function isNatsUrl(list: string): boolean {
  return list
    .split(",")
    .every((url) => /^(?:nats|tls|wss?):$/.test(URL.parse(url.trim())?.protocol ?? ""));
}
