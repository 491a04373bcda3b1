import { WeirError } from "@weirflow/errors";

/** The compiler cannot be found, or is not one that answers questions. */
export class NoCompilerError extends WeirError {
  override readonly code = "check/no-compiler";
  constructor(folder: string, cause: unknown) {
    super(`types cannot be checked: ${folder} has no TypeScript 7`, {
      cause,
      hint: "install it: `npm install --save-dev typescript@7`",
    });
  }
}

/** A graph has no such node. */
export class UnknownTypedNodeError extends WeirError {
  override readonly code = "check/unknown-node";
  constructor(name: string, hint: string) {
    super(`there is no type of "${name}"${hint}`);
  }
}
