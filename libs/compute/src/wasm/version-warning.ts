/** The version of TensorFlow.js whose kernels these complete. */
const VERSION = "4.22.0";

/**
 * What to say of a version of TensorFlow.js whose kernels may be called in another way.
 *
 * @returns undefined for the version that the kernels were made for.
 */
export function versionWarning(version: string): string | undefined {
  if (version === VERSION) return undefined;
  return `the WebAssembly kernels were made for TensorFlow.js ${VERSION}, and this is ${version}: its models may train wrongly`;
}
