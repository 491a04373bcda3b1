import { relative, sep } from "node:path";
import { type CalledNeed, type CalledNode, isFan } from "./typed-graph.ts";

/** What a part of the program stands for. */
export interface Mark {
  /** From and to in the text, UTF-16. */
  readonly start: number;
  readonly end: number;
  readonly graph: number;
  readonly node: string;
  /** The dependency, where it is one. */
  readonly need?: string;
  /** Whether nothing is known of its type. */
  readonly isUnknown?: boolean;
}

/** A graph as the program knows it. */
export interface WrittenGraph {
  /** The calls, for each value of each choice where that matters. */
  readonly variants: readonly (readonly CalledNode[])[];
}

/** A TypeScript program that calls every node of some graphs, and what its parts stand for. */
export interface WrittenProgram {
  readonly text: string;
  /** Calls, and the dependencies in them, in the order of the text. */
  readonly calls: readonly Mark[];
  readonly needs: readonly Mark[];
  /** Where the value of a node is named first. */
  readonly values: readonly Mark[];
  /** Where the type of an input is named, with the first node that takes it. */
  readonly inputs: readonly Mark[];
}

const HELPERS = `type In<F, K extends string> = F extends (deps: infer D extends object, ...rest: never[]) => unknown
  ? K extends keyof D ? D[K] : never : never;
type Rest<F> = F extends (...all: infer P) => unknown ? P extends [unknown?, ...infer R] ? R : [] : [];
type All<F> = F extends (...all: infer P) => unknown ? P : [];
type Agree<T> = [T] extends [never] ? false : true;
declare function rest<F>(of: F): Rest<F>;
declare function all<F>(of: F): All<F>;
declare function list<T>(of: T): readonly T[];
`;

const ITEMS = `declare function value<F, R>(of: F, made: R): F extends HandsOut<infer T> ? T : Awaited<R>;
`;

/**
 * Writes graphs as straight-line TypeScript: one call for each node, so that the compiler's own rules for calls are those
 * for edges, with generics and overloads.
 *
 * @param folder - where the program lies; imports are relative to it.
 */
export function writeProgram(graphs: readonly WrittenGraph[], folder: string): WrittenProgram {
  const all = graphs.flatMap(({ variants }) => variants.flat());
  const files = [...new Set(all.map(({ file }) => file))];
  const writer = new ProgramWriter(new Map(files.map((file, i) => [file, `m${i}`])));
  const fansOut = all.some(isFan);
  if (fansOut) writer.add('import type { HandsOut } from "@weirflow/dataflow";\n');
  for (const [i, file] of files.entries())
    writer.add(`import * as m${i} from ${JSON.stringify(importPath(folder, file))};\n`);
  writer.add(HELPERS + (fansOut ? ITEMS : ""));
  for (const [graph, { variants }] of graphs.entries())
    for (const calls of variants) writer.graph(graph, calls, fansOut);
  return writer.program;
}

function importPath(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join("/");
  return path.startsWith("../") ? path : `./${path}`;
}

class ProgramWriter {
  readonly #modules: ReadonlyMap<string, string>;
  readonly #parts: string[] = [];
  readonly #calls: Mark[] = [];
  readonly #needs: Mark[] = [];
  readonly #values: Mark[] = [];
  readonly #inputs: Mark[] = [];
  #length = 0;
  #functions = 0;

  constructor(modules: ReadonlyMap<string, string>) {
    this.#modules = modules;
  }

  get program(): WrittenProgram {
    return {
      text: this.#parts.join(""),
      calls: this.#calls,
      needs: this.#needs,
      values: this.#values,
      inputs: this.#inputs,
    };
  }

  /** Adds text, and gives its place. */
  add(text: string): { start: number; end: number } {
    const start = this.#length;
    this.#parts.push(text);
    this.#length += text.length;
    return { start, end: this.#length };
  }

  graph(graph: number, calls: readonly CalledNode[], fansOut: boolean): void {
    const inputs = inputsOf(calls);
    const inputNames = new Map([...inputs.keys()].map((name, i) => [name, `in${i}`]));
    const valueNames = new Map(calls.map(({ name }, i) => [name, `v${i}`]));
    this.add(`export async function graph${this.#functions++}(`);
    for (const [name, users] of inputs) {
      const type = users.map((user) => this.#inputType(user, name)).join(" & ");
      this.add(`${inputNames.get(name)}: ${type}, `);
    }
    this.add("part: any) {\n");
    for (const [name, [first]] of inputs) {
      this.add("  const ");
      const place = this.add(`ok_${inputNames.get(name)}`);
      this.#inputs.push({ ...place, graph, node: first?.name ?? name, need: name });
      this.add(`: Agree<typeof ${inputNames.get(name)}> = true;\n`);
    }
    for (const call of calls) this.#call(graph, call, { fansOut, inputNames, valueNames });
    this.add("}\n");
  }

  #inputType(user: CalledNode, name: string): string {
    const type = `In<typeof ${this.#path(user)}, ${JSON.stringify(name)}>`;
    const need = user.needs.find((each) => each.name === name);
    return need?.required === false ? `Exclude<${type}, undefined>` : type;
  }

  #path({ file, name }: CalledNode): string {
    return `${this.#modules.get(file)}[${JSON.stringify(name)}]`;
  }

  #call(graph: number, call: CalledNode, { fansOut, inputNames, valueNames }: Naming): void {
    const of = { graph, node: call.name };
    const path = this.#path(call);
    this.add("  const ");
    this.#values.push({ ...this.add(valueNames.get(call.name) ?? ""), ...of });
    this.add(fansOut ? ` = value(${path}, ` : " = await ");
    const { start } = this.add(path);
    if (call.needs.length === 0) this.add(`(...all(${path}))`);
    else {
      this.add("({ ");
      for (const need of call.needs) {
        const key = this.add(JSON.stringify(need.name));
        this.#needs.push({ ...key, ...of, need: need.name, isUnknown: need.from === "part" });
        this.add(`: ${argument(need, inputNames, valueNames)}, `);
      }
      this.add(call.usesContext ? `}, ...rest(${path}))` : "})");
    }
    const { end } = this.add(fansOut ? ");\n" : ";\n");
    this.#calls.push({ start, end, ...of });
  }
}

interface Naming {
  readonly fansOut: boolean;
  readonly inputNames: ReadonlyMap<string, string>;
  readonly valueNames: ReadonlyMap<string, string>;
}

function argument(
  { name, from, isList }: CalledNeed,
  inputNames: Naming["inputNames"],
  valueNames: Naming["valueNames"],
): string {
  if (from === "part") return "part";
  const value = (from === "node" ? valueNames.get(name) : inputNames.get(name)) ?? "part";
  return isList ? `list(${value})` : value;
}

function inputsOf(calls: readonly CalledNode[]): ReadonlyMap<string, readonly CalledNode[]> {
  const inputs = new Map<string, CalledNode[]>();
  for (const call of calls)
    for (const { name, from } of call.needs) {
      if (from !== "input") continue;
      const users = inputs.get(name);
      if (users === undefined) inputs.set(name, [call]);
      else users.push(call);
    }
  return inputs;
}
