import {
  type GraphDescription,
  type LineageChunk,
  type LineageHeader,
  MAX_MESSAGE_BYTES,
  type NodeExecution,
} from "@weirflow/contracts";
import { GraphTooLargeError } from "../errors.ts";

/** Whose lineage it is. */
export type LineageKey = Pick<LineageChunk, "runId" | "taskRunId" | "attempt" | "claimId">;

/** Ids, counters and punctuation of one chunk. */
const FRAME_BYTES = 1_024;
const ROOM_BYTES: number = MAX_MESSAGE_BYTES - FRAME_BYTES;

/**
 * Cuts the lineage of an attempt into messages of at most 512 KiB: the header in the first, the nodes in order.
 *
 * A graph that does not fit beside its header is sent without the texts of its functions; the deployed manifest has them.
 *
 * @throws {@link GraphTooLargeError} `worker/graph-too-large` when it does not fit even so.
 */
export function lineageChunks(
  key: LineageKey,
  header: LineageHeader,
  nodes: readonly NodeExecution[],
): readonly LineageChunk[] {
  const fitting = fitHeader(header);
  const parts = cut(nodes, ROOM_BYTES - sizeOf(fitting));
  return parts.map((part, chunk) => ({
    v: 1,
    ...key,
    chunk,
    chunks: parts.length,
    ...(chunk === 0 ? { header: fitting } : {}),
    nodes: part,
  }));
}

/** Nodes per message; the first message has less room. */
function cut(nodes: readonly NodeExecution[], firstRoom: number): NodeExecution[][] {
  const parts: NodeExecution[][] = [[]];
  let room = firstRoom;
  for (const node of nodes) {
    const size = sizeOf(node) + 1;
    if (size > room) {
      parts.push([]);
      room = ROOM_BYTES;
    }
    parts.at(-1)?.push(node);
    room -= size;
  }
  return parts;
}

function fitHeader(header: LineageHeader): LineageHeader {
  if (sizeOf(header) <= ROOM_BYTES) return header;
  const bare = { ...header, graph: withoutTexts(header.graph) };
  const size = sizeOf(bare);
  if (size > ROOM_BYTES) throw new GraphTooLargeError(header.graph.nodes.length, size, ROOM_BYTES);
  return bare;
}

function withoutTexts(graph: GraphDescription): GraphDescription {
  const nodes = graph.nodes.map(({ source: _source, description: _text, ...node }) => node);
  return { ...graph, nodes };
}

function sizeOf(part: unknown): number {
  return Buffer.byteLength(JSON.stringify(part));
}
