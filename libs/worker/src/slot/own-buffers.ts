/**
 * The buffers that hold one of these pieces of bytes and nothing else, so that they can be moved to another thread instead
 * of copied; each once.
 */
export function ownBuffers(pieces: readonly Uint8Array[]): readonly ArrayBuffer[] {
  const own = pieces.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
  return [...new Set(own)];
}
