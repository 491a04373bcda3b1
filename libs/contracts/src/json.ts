import * as z from "zod";

/** A JSON value: what parameters, configs and events are made of. Absent is absent, never `undefined`. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Parses any JSON value. */
export const jsonSchema: z.ZodType<Json> = z.json();
/** Parses a JSON object. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), jsonSchema);
