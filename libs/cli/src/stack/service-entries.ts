import { resolve } from "node:path";

/** The services of a stack in the order in which they start; they stop in reverse. */
export const SERVICES = ["scheduler", "lineage", "gateway", "cpu-worker", "gpu-worker"] as const;
/** One of them. */
export type ServiceName = (typeof SERVICES)[number];

/** The root of the checkout or image: this file is `libs/cli/{src,dist}/stack/…` below it. */
export const ROOT: string = resolve(import.meta.dirname, "../../../..");

/** Whether this program runs from TypeScript sources; its services then do so too. */
const isSource: boolean = import.meta.filename.endsWith(".ts");

/** The arguments with which Node runs a service: from source, or from `dist` when this program is. */
export function serviceEntry(service: ServiceName): readonly string[] {
  return isSource
    ? ["--conditions=@weirflow/source", resolve(ROOT, "services", service, "src/main.ts")]
    : [resolve(ROOT, "services", service, "dist/main.js")];
}

/** The folder of the example's code, in the same form as this program's. */
export const EXAMPLE: string = resolve(ROOT, "examples/absenteeism", isSource ? "src" : "dist");

/** A file of the example, by its name without the ending. */
export function exampleFile(name: string): string {
  return resolve(EXAMPLE, `${name}.${isSource ? "ts" : "js"}`);
}
