import type { ErrorRecord } from "@weirflow/errors";
import * as z from "zod";

/** Parses an {@link ErrorRecord} that crossed the bus; an unknown code stays readable. */
export const errorRecordSchema: z.ZodType<ErrorRecord> = z.lazy(() =>
  z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    disposition: z.enum(["retry", "fail", "cancel"]).optional(),
    node: z.string().optional(),
    stack: z.string().optional(),
    data: z.record(z.string(), z.unknown()).optional(),
    cause: errorRecordSchema.optional(),
  }),
);
