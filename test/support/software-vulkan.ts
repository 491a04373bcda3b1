import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where a Chromium or Chrome is installed, which brings a GPU in software (SwiftShader) and the loader that finds it. */
const FOLDERS = ["/usr/lib/chromium", "/usr/lib64/chromium-browser", "/opt/google/chrome"];

/**
 * The variables with which a process finds the GPU that Chromium simulates in software.
 *
 * @returns `undefined` where no Chromium is installed.
 */
export function softwareVulkan(): Readonly<Record<string, string>> | undefined {
  const folder = FOLDERS.find((one) =>
    ["vk_swiftshader_icd.json", "libvk_swiftshader.so", "libvulkan.so.1"].every((file) =>
      existsSync(join(one, file)),
    ),
  );
  if (folder === undefined) return undefined;
  return { LD_LIBRARY_PATH: folder, VK_DRIVER_FILES: join(folder, "vk_swiftshader_icd.json") };
}
