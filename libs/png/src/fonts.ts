import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const weights = [400, 500, 600] as const;
const scripts = [
  "latin",
  "latin-ext",
  "greek",
  "greek-ext",
  "cyrillic",
  "cyrillic-ext",
  "vietnamese",
] as const;

/** The family that {@link readFonts} reads. @internal */
export const fontFamily = "Inter";

/** Inter in the weights and scripts that pictures use, from the installed package. @internal */
export async function readFonts(): Promise<readonly Uint8Array[]> {
  const { resolve } = createRequire(import.meta.url);
  const names = weights.flatMap((weight) => scripts.map((script) => `${script}-${weight}`));
  return await Promise.all(
    names.map(
      async (name) => await readFile(resolve(`@fontsource/inter/files/inter-${name}-normal.woff2`)),
    ),
  );
}
