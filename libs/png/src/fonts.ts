import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

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
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@fontsource/inter/files/inter-latin-400-normal.woff2"));
  const files = weights.flatMap((weight) =>
    scripts.map((script) => join(folder, `inter-${script}-${weight}-normal.woff2`)),
  );
  return await Promise.all(files.map(async (file) => await readFile(file)));
}
