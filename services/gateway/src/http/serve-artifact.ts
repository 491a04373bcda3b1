import type { IncomingMessage, ServerResponse } from "node:http";
import { isWeirError } from "@weirflow/errors";
import { type ArtifactRow, type ArtifactWithBody, findArtifact, type Store } from "@weirflow/store";
import type { ValueStore } from "@weirflow/values";
import { isUuid } from "../schema/ids.ts";
import { answerText } from "./answer.ts";

/** Where artifacts come from. */
export interface ArtifactDeps {
  readonly store: Store;
  readonly values: Pick<ValueStore, "get">;
}

const PATH = /^\/artifacts\/([^/]+)\/([^/]+)\/([^/]+)$/;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; ?[\w-]+=[\w.-]+)*$/;
/** An SVG or an HTML page can hold scripts: nothing in it may run, load or send. */
const POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** Answers `GET /artifacts/<run>/<task run>/<key>` with the bytes of the artifact. */
export async function serveArtifact(
  { store, values }: ArtifactDeps,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  signal: AbortSignal,
): Promise<void> {
  const artifact = await find(
    store,
    new URL(request.url ?? "/", "http://localhost").pathname,
    signal,
  );
  if (artifact === undefined) return answerText(response, 404, "there is no such artifact");
  const etag = `"${artifact.blobHash}"`;
  response.setHeader("etag", etag);
  response.setHeader("cache-control", "private, no-cache");
  if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
  const bytes = await bytesOf(values, artifact, signal);
  if (bytes === undefined) return answerText(response, 404, "the bytes of this artifact are gone");
  response.writeHead(200, {
    "content-type": mediaTypeOf(artifact),
    "content-length": bytes.byteLength,
    "content-disposition": dispositionOf(artifact),
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

async function find(
  store: Store,
  path: string,
  signal: AbortSignal,
): Promise<ArtifactWithBody | undefined> {
  const [, runId = "", taskRunId = "", key = ""] = PATH.exec(path) ?? [];
  if (!isUuid(runId) || !isUuid(taskRunId)) return undefined;
  return await findArtifact(store, { runId, taskRunId, key: decoded(key) }, signal);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function bytesOf(
  values: Pick<ValueStore, "get">,
  { blobHash, body }: ArtifactWithBody,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (body !== null) return body;
  try {
    return await values.get(blobHash, signal);
  } catch (error) {
    if (isWeirError(error) && error.code === "values/missing") return undefined;
    throw error;
  }
}

function mediaTypeOf({ mediaType }: ArtifactRow): string {
  if (!MEDIA_TYPE.test(mediaType)) return "application/octet-stream";
  return mediaType.startsWith("text/") && !mediaType.includes(";")
    ? `${mediaType}; charset=utf-8`
    : mediaType;
}

function dispositionOf({ fileName, key }: ArtifactRow): string {
  return `inline; filename*=UTF-8''${encodeURIComponent(fileName ?? key).replaceAll("'", "%27")}`;
}
