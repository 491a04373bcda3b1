import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, parse } from "node:path";
import { pathToFileURL } from "node:url";
import type * as TypeScript from "typescript/unstable/sync";
import { NoCompilerError } from "./errors.ts";

/** The compiler as a library that answers questions. */
export type CompilerModule = typeof TypeScript;

/** A program that the compiler has read. */
export interface CompiledProgram extends Disposable {
  readonly file: string;
  readonly compiler: CompilerModule;
  readonly checker: TypeScript.Checker;
  /** What is wrong in the program itself; faults of the files that it imports are theirs. */
  diagnostics(): readonly TypeScript.Diagnostic[];
}

/** Options that a project may have for its own output, and a program that is only read must not. */
const READ_ONLY = {
  noEmit: true,
  composite: false,
  incremental: false,
  declaration: false,
  declarationMap: false,
  allowJs: true,
  checkJs: false,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: false,
  skipLibCheck: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  erasableSyntaxOnly: false,
  isolatedDeclarations: false,
  noPropertyAccessFromIndexSignature: false,
};

/** For files without a project. */
const DEFAULTS = { target: "es2024", module: "nodenext", strict: true, types: [] };

/**
 * The project of a folder: that of the nearest `tsconfig.json`, whose folder the program has to lie in, so that it finds
 * the packages and types of the project.
 */
export function projectOf(folder: string): { readonly folder: string; readonly config?: string } {
  for (let at = folder; ; at = dirname(at)) {
    const config = join(at, "tsconfig.json");
    if (existsSync(config)) return { folder: at, config };
    if (at === dirname(at)) return { folder };
  }
}

/**
 * Lets the compiler read a program with the options of the project, without writing a file.
 *
 * @param folder - where the program lies, as if it were a file.
 * @throws {@link NoCompilerError} `check/no-compiler`.
 */
export async function compile(
  text: string,
  { folder, config }: ReturnType<typeof projectOf>,
): Promise<CompiledProgram> {
  const compiler = await loadCompiler(folder);
  const file = join(folder, "weir-check.generated.mts");
  const project = join(folder, "weir-check.tsconfig.json");
  const settings = {
    ...(config === undefined ? {} : { extends: config }),
    compilerOptions: {
      ...(config === undefined ? DEFAULTS : {}),
      ...READ_ONLY,
      rootDir: parse(folder).root,
    },
    files: [file],
    include: [],
  };
  const virtual = new Map([
    [file, text],
    [project, JSON.stringify(settings)],
  ]);
  const api = new compiler.API({
    cwd: folder,
    fs: {
      readFile: (path) => virtual.get(path),
      fileExists: (path) => (virtual.has(path) ? true : undefined),
    },
  });
  try {
    const snapshot = api.updateSnapshot({ openProjects: [project] });
    const [opened] = snapshot.getProjects();
    if (opened === undefined) throw new NoCompilerError(folder, undefined);
    const { checker, program } = opened;
    return {
      file,
      compiler,
      checker,
      diagnostics: () => program.getSemanticDiagnostics(file),
      [Symbol.dispose]: () => {
        snapshot.dispose();
        api.close();
      },
    };
  } catch (error) {
    api.close();
    throw error;
  }
}

/** The compiler of the project, or else the one beside this package. */
async function loadCompiler(folder: string): Promise<CompilerModule> {
  const from = [join(folder, "package.json"), import.meta.url];
  let cause: unknown;
  for (const place of from) {
    try {
      const path = createRequire(place).resolve("typescript/unstable/sync");
      // the package says that this is its module
      return (await import(pathToFileURL(path).href)) as CompilerModule;
    } catch (error) {
      cause ??= error;
    }
  }
  throw new NoCompilerError(folder, cause);
}
