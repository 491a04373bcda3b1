import { config, saveConfig } from "@weirflow/client";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import {
  clientFor,
  type CommandContext,
  consoleFor,
  type ServerOptions,
  withServer,
} from "./context.ts";
import { objectOf, parametersOf, wholeNumber } from "./parameters.ts";

/** `weir config get | set` */
export function configCommand(context: CommandContext): Command {
  return new Command("config")
    .description("Read and change config documents.")
    .addCommand(getCommand(context))
    .addCommand(setCommand(context));
}

function getCommand(context: CommandContext): Command {
  return withServer(new Command("get"))
    .description("Print a config document.")
    .argument("<name>", "of the document")
    .action(async (name: string, options: ServerOptions) => {
      const console = consoleFor(context, options);
      const found = await config(clientFor(context, options), name, context.signal);
      console.line(`${found.name} version ${found.version}, of ${found.updatedAt}`);
      console.line(JSON.stringify(found.body, null, 2));
      console.json({ config: found });
    });
}

interface SetOptions extends ServerOptions {
  readonly expectedVersion?: number;
}

function setCommand(context: CommandContext): Command {
  return withServer(new Command("set"))
    .description("Save a new version of a config document: the whole as JSON, or some fields.")
    .argument("<name>", "of the document")
    .argument("<values...>", "one JSON object, or field=value for each field to change")
    .option("--expected-version <n>", "refuse if it is another by now", wholeNumber(0, 2 ** 31))
    .action(async (name: string, values: readonly string[], options: SetOptions) => {
      await setConfig(context, { name, values }, options);
    });
}

async function setConfig(
  context: CommandContext,
  { name, values }: { readonly name: string; readonly values: readonly string[] },
  options: SetOptions,
): Promise<void> {
  const { signal } = context;
  const client = clientFor(context, options);
  const [first = ""] = values;
  const isWhole = first.trimStart().startsWith("{");
  if (isWhole && values.length > 1)
    throw new UsageError("more than one document is given", "give one JSON object, or fields");
  const before = isWhole ? undefined : await config(client, name, signal);
  const body =
    before === undefined ? objectOf(first) : { ...before.body, ...parametersOf({ param: values }) };
  const expectedVersion = options.expectedVersion ?? before?.version;
  const input = { name, body, ...(expectedVersion === undefined ? {} : { expectedVersion }) };
  const saved = await saveConfig(client, input, signal);
  const console = consoleFor(context, options);
  console.line(`${saved.name} is at version ${saved.version}`);
  console.json({ config: saved });
}
