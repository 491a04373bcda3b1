import * as z from "zod";

const summarySchema = z.object({
  /** Short name of the type: `table`, `number`, `Float64Array`, `model`. */
  type: z.string(),
  /** A line a person can read, at most 200 characters. */
  preview: z.string().max(200).optional(),
  rows: z.number().int().nonnegative().optional(),
  columns: z.array(z.string()).max(200).optional(),
  shape: z.array(z.number().int().nonnegative()).optional(),
});

const common = {
  /** Hash of the value's content (64 hex digits), or `opaque:` and the node's cache key when the type has no codec. */
  valueHash: z.string(),
  /** The codec that wrote the bytes, e.g. `devalue`, `arrow`, `bytes`. */
  codec: z.string(),
  /** Encoded size. */
  sizeBytes: z.number().int().nonnegative(),
  summary: summarySchema.optional(),
};

/** Parses a {@link ValueRef}. */
export const valueRefSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("inline"),
    ...common,
    encoding: z.enum(["utf8", "base64"]),
    data: z.string(),
  }),
  z.object({
    kind: z.literal("blob"),
    ...common,
    /** sha-256 of the encoded bytes: the key in the value store. */
    blobHash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
]);

/** Parses an {@link ArtifactRef}. */
export const artifactRefSchema = z.object({
  /** Unique in the task run, e.g. `predictions`. */
  key: z.string().min(1).max(200),
  kind: z.enum(["graph", "table", "chart", "markdown", "image", "link", "file"]),
  title: z.string().max(500).optional(),
  mediaType: z.string(),
  fileName: z.string().optional(),
  blobHash: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.number().int().nonnegative(),
});

/** Bytes of an artifact that is shown while its attempt runs, at most: they live in its row until the attempt reports. */
export const LIVE_LIMIT_BYTES = 65_536;

/** Parses a {@link LiveArtifact}. */
export const liveArtifactSchema = artifactRefSchema
  .omit({ blobHash: true, sizeBytes: true })
  .extend({
    /** Rises with each thing that the attempt saves: a later one takes the place of an earlier one of its key. */
    sequence: z.number().int().positive(),
    /** Its bytes, base64. */
    body: z.base64().max(4 * Math.ceil(LIVE_LIMIT_BYTES / 3)),
  });

/** What a value looks like, for people. */
export type ValueSummary = z.output<typeof summarySchema>;
/** A value that crosses tasks: its bytes, or where they are. At most 64 KiB stay inline. */
export type ValueRef = z.output<typeof valueRefSchema>;
/** Something a person looks at, stored in the value store. */
export type ArtifactRef = z.output<typeof artifactRefSchema>;
/** An artifact as it is while the attempt that makes it still runs. */
export type LiveArtifact = z.output<typeof liveArtifactSchema>;

/** Encoded values up to this size live in the task run's row; larger ones in the value store. */
export const INLINE_LIMIT_BYTES = 65_536;
