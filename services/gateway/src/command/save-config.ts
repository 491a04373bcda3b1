import type { JsonObject } from "@weirflow/contracts";
import { validateJson } from "@weirflow/flow";
import { type ConfigRow, configsByNames, saveConfig as saveInStore } from "@weirflow/store";
import type { GatewayContext } from "../context.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "../errors.ts";
import { keepSecrets } from "../schema/config/secrets.ts";

/** A new version of a config document. */
export interface SaveConfig {
  readonly name: string;
  readonly body: JsonObject;
  /** The version that was edited; absent: whatever is current. */
  readonly expectedVersion?: number | null | undefined;
}

/**
 * Saves a new version of a config document, if it fits its schema. Runs keep the version that they took.
 *
 * @throws {@link NotFoundError} `gateway/not-found`, {@link InvalidInputError} `gateway/invalid-input`,
 * {@link ConflictError} `gateway/conflict` when `expectedVersion` is not current.
 */
export async function saveConfig(context: GatewayContext, wanted: SaveConfig): Promise<ConfigRow> {
  const { store, signal } = context;
  const { name, expectedVersion } = wanted;
  const current = await configOrThrow(context, name);
  const body = checkedBody(current, wanted.body);
  const saved = await saveInStore(
    store,
    { name, body, expectedVersion: expectedVersion ?? undefined },
    signal,
  );
  if (saved.kind === "not-found") throw new NotFoundError("config", name);
  if (saved.kind === "conflict")
    throw new ConflictError(`the config "${name}"`, expectedVersion ?? 0, saved.currentVersion);
  return await configOrThrow(context, name);
}

async function configOrThrow({ store, signal }: GatewayContext, name: string): Promise<ConfigRow> {
  const [found] = await configsByNames(store, [name], signal);
  if (found === undefined) throw new NotFoundError("config", name);
  return found;
}

function checkedBody({ schema, body }: ConfigRow, sent: JsonObject): JsonObject {
  const verdict = validateJson(schema, keepSecrets(schema, sent, body ?? {}));
  if (!verdict.ok) throw new InvalidInputError("config", verdict.problems);
  return verdict.value;
}
