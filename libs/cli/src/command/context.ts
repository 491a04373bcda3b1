import { type Client, createClient } from "@weirflow/client";
import type { Command } from "commander";
import { type Console, createConsole } from "../console.ts";
import type { ExitCode } from "../exit-code.ts";

/** What commands get from the process that runs them. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly err: { write(text: string): unknown };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Told what the process should exit with, when it is not 0. */
  readonly exitWith: (code: ExitCode) => void;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Options of commands that speak to a server. */
export interface ServerOptions extends CommonOptions {
  readonly url?: string;
  readonly token?: string;
}

const DEFAULT_URL = "http://127.0.0.1:4280";

/** Adds the options that every command has. */
export function withCommon(command: Command): Command {
  return command
    .option("--json", "print one JSON object, and nothing else")
    .option("--verbose", "print what is only of use when looking for trouble");
}

/** Adds the options of commands that speak to a server. */
export function withServer(command: Command): Command {
  return withCommon(command)
    .option("--url <url>", `address of the gateway (WEIR_URL; default ${DEFAULT_URL})`)
    .option("--token <token>", "token of the API (WEIR_API_TOKEN)");
}

/** Where a command speaks. */
export function consoleFor({ out, err }: CommandContext, options: CommonOptions): Console {
  return createConsole({
    isJson: options.json === true,
    isVerbose: options.verbose === true,
    out,
    err,
  });
}

/** The server that a command speaks to. */
export function clientFor({ env }: CommandContext, { url, token }: ServerOptions): Client {
  return createClient({
    url: url ?? (env["WEIR_URL"] || DEFAULT_URL),
    token: token ?? (env["WEIR_API_TOKEN"] || undefined),
  });
}
