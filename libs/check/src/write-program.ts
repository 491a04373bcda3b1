import { relative, sep } from "node:path";
import {
  type Callee,
  calleeKey,
  type ExportCallee,
  exportOf,
  type UnknownPart,
} from "./known-parts.ts";
import { type CalledNeed, type CalledNode, type Given, isFan } from "./typed-graph.ts";

/** What a part of the program stands for. */
export interface Mark {
  /** From and to in the text, UTF-16. */
  readonly start: number;
  readonly end: number;
  readonly graph: number;
  readonly node: string;
  /** The dependency, where it is one. */
  readonly need?: string;
  /** What is given for it. */
  readonly given?: readonly string[];
  /** Whether nothing is known of its type. */
  readonly isUnknown?: boolean;
  /** Of a call: where the export is named that leads to it. */
  readonly named?: number;
  /** Whether what is called is no export, but inside of a subgraph, or a saver. */
  readonly isPart?: boolean;
  /** Whether its value is nobody's, or another's. */
  readonly isTold?: boolean;
}

/** Where the type of a function that is no export is named. */
export interface PartMark {
  readonly start: number;
  readonly key: string;
}

/** A graph as the program knows it. */
export interface WrittenGraph {
  /** The calls, for each value of each choice where that matters. */
  readonly variants: readonly (readonly CalledNode[])[];
  /** What is not called. */
  readonly unknown: readonly UnknownPart[];
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
  /** Where functions are named that are inside of subgraphs, or savers. */
  readonly parts: readonly PartMark[];
}

const HELPERS = `type In<F, K extends string> = F extends (deps: infer D extends object, ...rest: never[]) => unknown
  ? K extends keyof D ? D[K] : unknown : unknown;
type Rest<F> = F extends (...all: infer P) => unknown ? P extends [unknown?, ...infer R] ? R : [] : [];
type All<F> = F extends (...all: infer P) => unknown ? P : [];
type Agree<T> = [T] extends [never] ? false : true;
declare function rest<F>(of: F): Rest<F>;
declare function all<F>(of: F): All<F>;
declare function list<T>(of: T): readonly T[];
`;

const PARTS = `import type { InnerConstant, InnerNode, SaverAt } from "@weirflow/dataflow";
type Known<T> = [T] extends [never] ? any : T;
type Member<T> = NonNullable<T> extends readonly (infer E)[] ? E : unknown;
type Field<T, K extends string> = K extends keyof NonNullable<T> ? NonNullable<T>[K] : unknown;
declare function inner<F, K extends string>(of: F, name: K): Known<InnerNode<F, K>>;
declare function saver<F, K extends string>(of: F, name: K): Known<SaverAt<F, K>>;
declare function constant<F, K extends string>(of: F, name: K): Known<InnerConstant<F, K>>;
type Takes<F> = F extends (deps: infer D extends object, ...rest: never[]) => unknown ? keyof D : never;
declare function maybe<F, K extends string, V>(of: F, name: K, given: V): K extends Takes<F> ? { [P in K]: V } : {};
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
  const callees = all.map(({ callee }) => callee);
  const others = graphs.flatMap(({ unknown }) => unknown.map((each) => each.leadingExport));
  const files = [...new Set([...callees, ...others].map((callee) => exportOf(callee).file))];
  const writer = new ProgramWriter(new Map(files.map((file, i) => [file, `m${i}`])));
  const fansOut = all.some(isFan);
  if (fansOut) writer.add('import type { HandsOut } from "@weirflow/dataflow";\n');
  for (const [i, file] of files.entries())
    writer.add(`import * as m${i} from ${JSON.stringify(importPath(folder, file))};\n`);
  const hasParts = callees.some(({ kind }) => kind !== "export");
  writer.add(HELPERS + (hasParts ? PARTS : "") + (fansOut ? ITEMS : ""));
  for (const callee of callees) writer.part(callee);
  for (const [graph, { variants, unknown }] of graphs.entries()) {
    for (const calls of variants) writer.graph(graph, calls, fansOut);
    for (const { leadingExport } of unknown) writer.mention(graph, leadingExport);
  }
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
  readonly #partMarks: PartMark[] = [];
  /** Names of functions that are no exports, and the places of the exports that lead to them, by their keys. */
  readonly #named = new Map<string, { readonly name: string; readonly at: number }>();
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
      parts: this.#partMarks,
    };
  }

  /** Adds text, and gives its place. */
  add(text: string): { start: number; end: number } {
    const start = this.#length;
    this.#parts.push(text);
    this.#length += text.length;
    return { start, end: this.#length };
  }

  /** Names a function that is no export, and those that lead to it. */
  part(callee: Callee): void {
    const key = calleeKey(callee);
    if (callee.kind === "export" || this.#named.has(key)) return;
    this.part(callee.of);
    const name = `p${this.#named.size}`;
    this.add("const ");
    this.#partMarks.push({ start: this.add(name).start, key });
    this.add(` = ${callee.kind}(`);
    const { start } = this.add(this.#path(callee.of));
    const lead = this.#named.get(calleeKey(callee.of));
    this.#named.set(key, { name, at: lead?.at ?? start });
    this.add(`, ${JSON.stringify(callee.name)});\n`);
  }

  graph(graph: number, calls: readonly CalledNode[], fansOut: boolean): void {
    const inputs = inputsOf(calls);
    const inputNames = new Map([...inputs.keys()].map((name, i) => [name, `in${i}`]));
    const valueNames = new Map(calls.map(({ name }, i) => [name, `v${i}`]));
    this.add(`export async function graph${this.#functions++}(`);
    for (const [name, takers] of inputs) {
      const type = takers.map((taker) => this.#inputType(taker)).join(" & ");
      this.add(`${inputNames.get(name)}: ${type}, `);
    }
    this.add("part: any) {\n");
    for (const [name, [first]] of inputs) {
      this.add("  const ");
      const place = this.add(`ok_${inputNames.get(name)}`);
      this.#inputs.push({ ...place, graph, node: first?.call.name ?? name, need: name });
      this.add(`: Agree<typeof ${inputNames.get(name)}> = true;\n`);
    }
    for (const call of calls) this.#node(graph, call, { fansOut, inputNames, valueNames });
    this.add("}\n");
  }

  #inputType({ call, need, member }: Taker): string {
    const whole = `In<typeof ${this.#path(call.callee)}, ${JSON.stringify(need.name)}>`;
    if (member !== undefined)
      return member.key === undefined
        ? `Member<${whole}>`
        : `Field<${whole}, ${JSON.stringify(member.key)}>`;
    return need.required ? whole : `Exclude<${whole}, undefined>`;
  }

  /** Names an export that is not called, so that its place can be asked for. */
  mention(graph: number, callee: ExportCallee): void {
    this.#mention({ graph, node: callee.name }, callee);
  }

  #mention(of: Pick<Mark, "graph" | "node">, callee: Callee): void {
    this.add("void ");
    this.#calls.push({ ...this.add(this.#path(callee)), ...of });
    this.add(";\n");
  }

  #path(callee: Callee): string {
    if (callee.kind === "export")
      return `${this.#modules.get(callee.file)}[${JSON.stringify(callee.name)}]`;
    return this.#named.get(calleeKey(callee))?.name ?? "part";
  }

  #node(graph: number, call: CalledNode, naming: Naming): void {
    const of = { graph, node: call.name };
    const isTold = call.isSaver || call.leadsTo !== undefined;
    this.add("  const ");
    const place = this.add(naming.valueNames.get(call.name) ?? "");
    this.#values.push({ ...place, ...of, ...(isTold ? { isTold } : {}) });
    if (call.leadsTo === undefined) this.#call(of, call, naming);
    else {
      this.add(` = ${naming.valueNames.get(call.leadsTo) ?? "part"}; `);
      this.#mention(of, call.callee);
    }
  }

  #call(of: Pick<Mark, "graph" | "node">, call: CalledNode, naming: Naming): void {
    const { fansOut } = naming;
    const { callee } = call;
    const path = this.#path(callee);
    this.add(fansOut ? ` = value(${path}, ` : " = await ");
    const { start } = this.add(path);
    if (!call.needs.some(({ isSure }) => isSure)) this.add(`(...all(${path}))`);
    else {
      this.add("({ ");
      for (const need of call.needs)
        if (need.isSure) this.#need(of, need, naming);
        else
          this.add(
            `...maybe(${path}, ${JSON.stringify(need.name)}, ${this.#argument(need.given, naming)}), `,
          );
      this.add(call.usesContext ? `}, ...rest(${path}))` : "})");
    }
    const { end } = this.add(fansOut ? ");\n" : ";\n");
    const part = this.#named.get(calleeKey(callee));
    const named = part === undefined ? {} : { named: part.at, isPart: true };
    this.#calls.push({ start, end, ...of, ...named });
  }

  #need(of: Pick<Mark, "graph" | "node">, { name, given }: CalledNeed, naming: Naming): void {
    const { start, end } = this.add(JSON.stringify(name));
    const argument = this.add(`: ${this.#argument(given, naming)}, `);
    // the compiler tells of a member of a group where that is given
    const place = { start, end: given.from === "group" ? argument.end : end };
    const isUnknown = isPartly(given);
    this.#needs.push({ ...place, ...of, need: name, given: givenNames(given), isUnknown });
  }

  #argument(given: Given, naming: Naming): string {
    switch (given.from) {
      case "node": {
        const value = naming.valueNames.get(given.name) ?? "part";
        return given.isList ? `list(${value})` : value;
      }
      case "input":
        return naming.inputNames.get(given.name) ?? "part";
      case "constant":
        return `constant(${this.#path(given.of)}, ${JSON.stringify(given.name)})`;
      case "group":
        return this.#group(given.members, naming);
      default:
        return "part";
    }
  }

  #group(members: Members, naming: Naming): string {
    const [first] = members;
    const given = members.map((member) => this.#argument(member.given, naming));
    if (first?.key === undefined) return `[${given.join(", ")}]`;
    return `{ ${members.map(({ key }, i) => `${JSON.stringify(key)}: ${given[i]}`).join(", ")} }`;
  }
}

interface Naming {
  readonly fansOut: boolean;
  readonly inputNames: ReadonlyMap<string, string>;
  readonly valueNames: ReadonlyMap<string, string>;
}

type Members = Extract<Given, { from: "group" }>["members"];

/** A dependency that an input is given for, or a member of one. */
interface Taker {
  readonly call: CalledNode;
  readonly need: CalledNeed;
  readonly member?: Members[number];
}

function inputsOf(calls: readonly CalledNode[]): ReadonlyMap<string, readonly Taker[]> {
  const inputs = new Map<string, Taker[]>();
  const add = (given: Given, taker: Taker): void => {
    if (given.from === "group")
      for (const member of given.members) add(member.given, { ...taker, member });
    if (given.from !== "input") return;
    const takers = inputs.get(given.name);
    if (takers === undefined) inputs.set(given.name, [taker]);
    else takers.push(taker);
  };
  for (const call of calls.filter(({ leadsTo }) => leadsTo === undefined))
    for (const need of call.needs) add(need.given, { call, need });
  return inputs;
}

/** Whether nothing is known of what is given, or of a member of it. */
function isPartly(given: Given): boolean {
  if (given.from === "group") return given.members.some((member) => isPartly(member.given));
  return given.from === "part";
}

/** The nodes and inputs that something is given from. */
function givenNames(given: Given): readonly string[] {
  if (given.from === "group") return given.members.flatMap((member) => givenNames(member.given));
  return given.from === "unused" || given.from === "constant" ? [] : [given.name];
}
