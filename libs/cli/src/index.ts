export type { CommandContext } from "./command/context.ts";
export { ExitCode } from "./exit-code.ts";
export { runProgram } from "./program.ts";
