import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { VALUES_BUCKET } from "@weirflow/contracts";
import { FileStoreNotSharedError, ValueStoreUrlError } from "./errors.ts";
import { openFileStore } from "./file-store.ts";
import type { ValueBucket } from "./nats-bucket.ts";
import { openNatsStore } from "./nats-store.ts";
import type { ValueStore } from "./value-store.ts";

/** What the NATS store needs of a bus. */
export interface ValueBus {
  openBucket(name: string, signal: AbortSignal): Promise<ValueBucket>;
}

/** Which store, and for whom. */
export interface ValueStoreOptions {
  /** `file:///folder`, an absolute path, or `nats:`. */
  readonly url: string;
  /** Servers of the deployment, separated by commas: a folder is refused unless all are on this machine. */
  readonly natsUrl: string;
  /** Needed by `nats:`. */
  readonly bus?: ValueBus;
  /** Says that every service sees the same folder, so files are allowed wherever NATS is. @default false */
  readonly isShared?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens the value store of a deployment; the caller disposes it, before the bus.
 *
 * @throws {@link ValueStoreUrlError} `values/url` for an address of neither kind.
 * @throws {@link FileStoreNotSharedError} `values/not-shared` for a folder when NATS is on another machine.
 * @example
 * await using store = await openValueStore({ url: "file:///var/lib/weirflow/values", natsUrl: "nats://127.0.0.1:4222", signal });
 */
export async function openValueStore(options: ValueStoreOptions): Promise<ValueStore> {
  const { url, natsUrl, bus, isShared = false, signal } = options;
  if (/^nats:(?:\/\/)?$/.test(url)) {
    if (bus === undefined) throw new ValueStoreUrlError(url, "there is no connection to NATS");
    return openNatsStore(await bus.openBucket(VALUES_BUCKET, signal));
  }
  const folder = folderOf(url);
  if (!isShared && !natsUrl.split(",").every(isLoopback))
    throw new FileStoreNotSharedError(url, natsUrl);
  return openFileStore(folder);
}

function folderOf(url: string): string {
  if (isAbsolute(url)) return url;
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "file:") throw new ValueStoreUrlError(url, "it is no file or nats URL");
  try {
    return fileURLToPath(parsed);
  } catch {
    throw new ValueStoreUrlError(url, "it names another machine");
  }
}

function isLoopback(natsUrl: string): boolean {
  const host = URL.parse(natsUrl.trim())?.hostname ?? "";
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
