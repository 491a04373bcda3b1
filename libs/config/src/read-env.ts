import { readFileSync } from "node:fs";
import type { z } from "zod";
import { ConfigError, type ConfigProblem } from "./errors.ts";

/** The environment of a process, as `process.env` has it. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that a schema names into one typed object.
 *
 * An empty variable counts as unset. Every `NAME` may be given as `NAME_FILE` instead, the path of a file whose content
 * is the value (one line end at its end is dropped). Variables that the schema does not name are left alone.
 *
 * @throws {@link ConfigError} `config/invalid` with every problem at once; values are never in it.
 * @example
 * const config = readEnv(z.object({ WEIR_DATABASE_URL: z.url() }), process.env);
 */
export function readEnv<S extends z.ZodObject>(schema: S, env: Env): z.output<S> {
  const problems: ConfigProblem[] = [];
  const raw: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = read(name, env, problems);
    if (value !== undefined) raw[name] = value;
  }
  const unread = new Set(problems.map((problem) => problem.name));
  const parsed = schema.safeParse(raw);
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path.length === 0 ? "environment" : String(issue.path[0]);
    if (!unread.has(name)) problems.push({ name, reason: reasonOf(name in raw, issue.message) });
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

function read(name: string, env: Env, problems: ConfigProblem[]): string | undefined {
  const value = env[name] || undefined;
  const path = env[`${name}_FILE`] || undefined;
  if (path === undefined) return value;
  if (value !== undefined) {
    problems.push({ name, reason: `is set, and so is ${name}_FILE; keep one of them` });
    return undefined;
  }
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "") || undefined;
  } catch (error) {
    problems.push({ name, reason: `the file of ${name}_FILE cannot be read (${codeOf(error)})` });
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

function reasonOf(isSet: boolean, message: string): string {
  return isSet ? message : "is required and not set";
}
