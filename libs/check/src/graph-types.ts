import { dirname } from "node:path";
import { didYouMean } from "@weirflow/errors";
import type { Checker, Symbol as TypeSymbol, Type } from "typescript/unstable/sync";
import { compile, type CompiledProgram, projectOf } from "./compiler.ts";
import { UnknownTypedNodeError } from "./errors.ts";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.ts";
import { ownFiles, type Place, placeAt } from "./place.ts";
import { callsOf, type GraphCalls, type TypedGraph } from "./typed-graph.ts";
import { chosenProblem, problemOf, type TypeProblem, unknownProblem } from "./type-problem.ts";
import { type Mark, writeProgram, type WrittenProgram } from "./write-program.ts";

/** What the compiler knows of some graphs. It runs as a process of its own until this is disposed of. */
export class GraphTypes implements Disposable {
  readonly #graphs: readonly TypedGraph[];
  readonly #chosen: readonly TypeProblem[];
  readonly #unknown: readonly TypeProblem[];
  readonly #written: WrittenProgram;
  readonly #compiled: CompiledProgram;
  /** By `graph:name`. */
  readonly #values: ReadonlyMap<string, Mark>;
  readonly #inputs: ReadonlyMap<string, Mark>;

  /** @internal Use {@link graphTypes}. */
  constructor(
    graphs: readonly TypedGraph[],
    calls: readonly GraphCalls[],
    written: WrittenProgram,
    compiled: CompiledProgram,
  ) {
    this.#graphs = graphs;
    this.#chosen = calls.flatMap(({ problems }, graph) =>
      problems.map((problem) => chosenProblem(graph, problem)),
    );
    this.#unknown = calls.flatMap(({ unknown }, graph) =>
      unknown.map((part) => unknownProblem(graph, part)),
    );
    this.#written = written;
    this.#compiled = compiled;
    this.#values = new Map(written.values.map((mark) => [`${mark.graph}:${mark.node}`, mark]));
    this.#inputs = new Map(written.inputs.map((mark) => [`${mark.graph}:${mark.need}`, mark]));
  }

  /** All that is wrong with the edges, once for each place. `strict` adds what cannot be checked. */
  problems({ strict = false }: { readonly strict?: boolean } = {}): readonly TypeProblem[] {
    const isOwn = ownFiles(this.#graphs.flatMap((each) => each.files));
    const found = this.#compiled.diagnostics().map((each) => problemOf(this.#written, each, isOwn));
    const all = [
      ...this.#chosen,
      ...found,
      ...(strict ? [...this.#untyped(), ...this.#unchecked(), ...this.#unknown] : []),
    ];
    const placed = all.map((each) => (each.place === undefined ? this.#placed(each, isOwn) : each));
    // parts of one function, and graphs of one module, say the same thing again
    const first = new Map(placed.toReversed().map((each) => [keyOf(each), each]));
    return [...first.values()].toReversed();
  }

  /** The type of the value of each node of a graph, and of each of its inputs, as TypeScript writes it. */
  typesOf(graph = 0): ReadonlyMap<string, string> {
    const marks = [...this.#values.values(), ...this.#inputs.values()].filter(
      (mark) => mark.graph === graph,
    );
    const types = this.#typesAt(marks);
    return new Map(
      marks.map((mark, i) => [mark.need ?? mark.node, this.#textOf(types[i])] as const),
    );
  }

  /**
   * What a graph takes from outside, as JSON Schema 2020-12: an object with a property for each input; those without a
   * default are required.
   */
  inputsSchema(graph = 0): JsonSchema {
    const inputs = this.#graphs[graph]?.graph.inputs ?? [];
    const required = inputs.flatMap((input) => (input.required ? [input.name] : []));
    const marks = inputs.map(({ name }) => this.#inputs.get(`${graph}:${name}`));
    const types = this.#typesAt(marks.filter((mark) => mark !== undefined)).values();
    // what only savers take has no type that is known
    const properties = inputs.map(({ name }, i) => {
      const schema = marks[i] === undefined ? {} : this.#schemaOf(types.next().value);
      return [name, schema] as const;
    });
    return {
      $schema: DIALECT,
      type: "object",
      properties: Object.fromEntries(properties),
      required,
      additionalProperties: false,
    };
  }

  /**
   * What a node makes, as JSON Schema 2020-12.
   *
   * @throws {@link UnknownTypedNodeError} `check/unknown-node`.
   */
  outputSchema(name: string, graph = 0): JsonSchema {
    const mark = this.#values.get(`${graph}:${name}`);
    if (mark === undefined) {
      const names = [...this.#values.values()].map(({ node }) => node);
      throw new UnknownTypedNodeError(name, didYouMean(name, names));
    }
    return { $schema: DIALECT, ...this.#schemaOf(this.#typesAt([mark])[0]) };
  }

  [Symbol.dispose](): void {
    this.#compiled[Symbol.dispose]();
  }

  get #checker(): Checker {
    return this.#compiled.checker;
  }

  #untyped(): readonly TypeProblem[] {
    const marks = [...this.#values.values()].filter(({ isTold }) => isTold !== true);
    const types = this.#typesAt(marks);
    return marks.flatMap(({ graph, node }, i): readonly TypeProblem[] =>
      this.#textOf(types[i]) === "any"
        ? [
            {
              code: "check/untyped",
              reason: `nothing is known of what "${node}" returns, so nothing that takes it is checked`,
              fix: `give "${node}" a return type`,
              graph,
              node,
            },
          ]
        : [],
    );
  }

  #unchecked(): readonly TypeProblem[] {
    return this.#written.needs.flatMap(({ graph, node, need, given = [], isUnknown }) => {
      if (need === undefined || isUnknown !== true) return [];
      const names = given.map((name) => `"${name}"`).join(", ");
      const problem: TypeProblem = {
        code: "check/unchecked-edge",
        reason: `the type of ${names} is not known here, so what "${node}" takes for "${need}" is not checked`,
        fix: `export a node that gives ${names}, and take that`,
        graph,
        node,
        need,
      };
      return [problem];
    });
  }

  /** The same at the declaration of the node's function; of one that is no export and has none, at the export. */
  #placed(problem: TypeProblem, isOwn: (file: string) => boolean): TypeProblem {
    const call = this.#written.calls.find(
      ({ graph, node }) => graph === problem.graph && node === problem.node,
    );
    if (call === undefined) return problem;
    const { file } = this.#compiled;
    const ofPart =
      call.isPart === true
        ? this.#checker.getTypeAtPosition(file, call.start)?.getSymbol()
        : undefined;
    const name = this.#written.text.indexOf('"', call.named ?? call.start);
    const ofExport = this.#checker.getSymbolAtPosition(file, name);
    const [place] = [
      ...declaredPlace(ofPart).filter((each) => isOwn(each.file)),
      ...declaredPlace(ofExport),
    ];
    return place === undefined ? problem : { ...problem, place };
  }

  /** Types of values, or of inputs, whose names stand in `typeof` behind their marks. */
  #typesAt(marks: readonly Mark[]): readonly (Type | undefined)[] {
    if (marks.length === 0) return [];
    const places = marks.map((mark) =>
      mark.need === undefined ? mark.start : this.#inputPlace(mark),
    );
    return this.#checker.getTypeAtPosition(this.#compiled.file, places);
  }

  #inputPlace({ end }: Mark): number {
    return this.#written.text.indexOf("typeof ", end) + "typeof ".length;
  }

  #textOf(type: Type | undefined): string {
    return type === undefined ? "unknown" : this.#checker.typeToString(type);
  }

  #schemaOf(type: Type | undefined): JsonSchema {
    return type === undefined ? {} : jsonSchemaOf(type, this.#compiled);
  }
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

function declaredPlace(symbol: TypeSymbol | undefined): readonly Place[] {
  const declared = symbol?.valueDeclaration;
  const start = declared?.resolve()?.getStart();
  if (declared === undefined || start === undefined) return [];
  const place = placeAt(declared.path, start);
  return place === undefined ? [] : [place];
}

function keyOf({ code, graph, node, need, reason, place }: TypeProblem): string {
  const where = place === undefined ? [graph, node, need] : [place.file, place.line, place.column];
  return JSON.stringify([code, reason, ...where]);
}

/**
 * Asks the TypeScript compiler about the edges and types of graphs, with the options of the project that their first file
 * belongs to.
 *
 * @param graphs - each of modules that are files; one without calls is left out.
 * @throws {@link NoCompilerError} `check/no-compiler`, where TypeScript 7 is not installed.
 * @example
 * using types = await graphTypes([{ graph, modules, files }]);
 * for (const { reason, fix } of types.problems()) console.log(reason, fix);
 */
export async function graphTypes(graphs: readonly TypedGraph[]): Promise<GraphTypes> {
  const first = graphs.flatMap(({ files }) => files)[0];
  const project = projectOf(first === undefined ? process.cwd() : dirname(first));
  const untyped = new Set<string>();
  for (;;) {
    const calls = graphs.map((graph) => callsOf(graph, untyped));
    const program = writeProgram(calls, project.folder);
    const compiled = await compile(program.text, project);
    const found = untypedParts(program, compiled);
    if (found.length === 0) return new GraphTypes(graphs, calls, program, compiled);
    // once more without what nobody knows: what leads to it is then called as a whole
    compiled[Symbol.dispose]();
    for (const key of found) untyped.add(key);
  }
}

/** Keys of functions, inside of subgraphs or savers, of which the compiler knows nothing. */
function untypedParts(
  { parts }: WrittenProgram,
  { checker, file }: CompiledProgram,
): readonly string[] {
  if (parts.length === 0) return [];
  const places = parts.map(({ start }) => start);
  const types = checker.getTypeAtPosition(file, places);
  return parts.flatMap(({ key }, i) => {
    const type = types[i];
    return type === undefined || checker.typeToString(type) === "any" ? [key] : [];
  });
}
