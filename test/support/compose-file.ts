import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

/** Variables by name. */
export type Variables = Readonly<Record<string, string>>;

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      environment: z.record(z.string(), z.string()).default({}),
      build: z
        .object({
          context: z.string(),
          dockerfile: z.string(),
          args: z.record(z.string(), z.string()).default({}),
        })
        .optional(),
      ports: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
    }),
  ),
  configs: z.record(z.string(), z.object({ content: z.string() })),
});

/** A compose file, as far as the tests read it. */
export type ComposeFile = z.output<typeof composeSchema>;

/** Reads a compose file as `docker compose` would: anchors merged, variables put in. */
export async function readCompose(path: string, variables: Variables): Promise<ComposeFile> {
  const raw: unknown = parse(await readFile(path, "utf8"), { merge: true });
  return composeSchema.parse(interpolateAll(raw, variables));
}

/** The variables of an env file of `NAME=value` lines. */
export function parseEnvFile(text: string): Variables {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** Puts variables into every string inside a value; names of keys stay as they are. */
function interpolateAll(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((item) => interpolateAll(item, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, interpolateAll(item, variables)]),
  );
}

/**
 * Replaces `${NAME}`, `${NAME:-default}` and `${NAME:?message}`; `$$` is one dollar.
 * Throws for a variable that is missing, and for any other dollar sign.
 */
export function interpolate(text: string, variables: Variables): string {
  const reference = /\$(?:\$|\{(?<name>\w+)(?:(?<kind>:-|:\?)(?<rest>[^}]*))?\})?/g;
  return text.replaceAll(reference, (...match) => {
    const [whole] = match;
    // The last argument of a replacer is the named groups, when the expression has any.
    const { name, kind, rest } = match.at(-1) as Readonly<Record<string, string | undefined>>;
    if (whole === "$$") return "$";
    if (name === undefined) throw new Error(`invalid interpolation in ${JSON.stringify(text)}`);
    const value = variables[name] ?? "";
    if (value !== "") return value;
    if (kind === ":-") return rest ?? "";
    throw new Error(`${name} is not set: ${rest ?? "no default"}`);
  });
}
