/** Takes memory for ever. */
export const hoard = ({ pieceBytes }: { pieceBytes: number }): number => {
  const kept: Uint8Array[] = [];
  for (;;) if (kept.push(new Uint8Array(pieceBytes).fill(1)) < 0) return kept.length;
};
