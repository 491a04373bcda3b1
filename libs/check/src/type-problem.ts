import type { Diagnostic } from "typescript/unstable/sync";
import type { ProblemCode } from "@weirflow/dataflow";
import { type Place, placeAt } from "./place.ts";
import type { UnknownPart } from "./known-parts.ts";
import type { ChosenProblem } from "./typed-graph.ts";
import type { Mark, WrittenProgram } from "./write-program.ts";

/** Something that the compiler says about an edge. */
export interface TypeProblem {
  /**
   * `check/edge-type`: a node takes another type than is made; `check/input-type`: nodes take an input with types that
   * exclude each other; `check/call`: a call of the node is wrong in another way; `check/untyped`: nothing is known of a
   * value, so nothing that takes it is checked; `check/unchecked-edge`: the type of a dependency is not known;
   * `check/unchecked-subgraph`, `check/unchecked-saver`: the types of nodes in a subgraph, or that of a saver, are not;
   * `check/unknown-module`: a file cannot be read by the compiler; `dag/…`: the graph itself, once choices are made.
   */
  readonly code:
    | "check/edge-type"
    | "check/input-type"
    | "check/call"
    | "check/unchecked-edge"
    | "check/unchecked-saver"
    | "check/unchecked-subgraph"
    | "check/untyped"
    | "check/unknown-module"
    | ProblemCode;
  /** What is wrong, in one sentence, and what the compiler says. */
  readonly reason: string;
  /** What to do about it. */
  readonly fix: string;
  /** Index of the graph; absent for what is wrong with a file. */
  readonly graph?: number;
  readonly node?: string;
  /** The name of the dependency. */
  readonly need?: string;
  /** Where the parameter, or the file, is written, as far as that is known. */
  readonly place?: Place;
}

/** The problem that a diagnostic of the program is. Places are in files that are `isOwn`: the parameter of a modifier is nobody's fault. */
export function problemOf(
  program: WrittenProgram,
  diagnostic: Diagnostic,
  isOwn: (file: string) => boolean,
): TypeProblem {
  const { pos } = diagnostic;
  const said = sentence(diagnostic);
  const need = markAt(program.needs, pos);
  const place = placeOf(diagnostic, isOwn);
  if (need?.need !== undefined) return edgeProblem(need, need.need, said, place);
  const input = markAt(program.inputs, pos);
  if (input?.need !== undefined)
    return {
      ...of(input),
      code: "check/input-type",
      reason: `the nodes that take the input "${input.need}", "${input.node}" among them, want types that exclude each other`,
      fix: "let them agree on one type, or give one of them another name",
      need: input.need,
    };
  const call = markAt(program.calls, pos);
  if (call === undefined)
    return { code: "check/unknown-module", reason: said, fix: "mend the file, or its types" };
  return {
    ...of(call),
    code: "check/call",
    reason: `"${call.node}" cannot be called with what the graph gives it: ${said}`,
    fix: `mend the parameters of "${call.node}"`,
    ...(place === undefined ? {} : { place }),
  };
}

function edgeProblem(
  { given = [], ...mark }: Mark,
  need: string,
  said: string,
  place: Place | undefined,
): TypeProblem {
  const isSame = given.length === 1 && given[0] === need;
  const from = given.map((name) => `"${name}"`).join(", ");
  const source = isSame || given.length === 0 ? "" : ` from ${from}`;
  return {
    ...of(mark),
    code: "check/edge-type",
    reason: `"${mark.node}" takes another type for "${need}" than it gets${source}: ${said}`,
    fix:
      given.length === 0
        ? `change the type of "${need}" in "${mark.node}", or what is bound to it`
        : `change the type of "${need}" in "${mark.node}", or what ${from} returns`,
    need,
    ...(place === undefined ? {} : { place }),
  };
}

/** The problem, for those who want all to be checked, that the compiler knows nothing of a function. */
export function unknownProblem(
  graph: number,
  { kind, name, within, leadingExport }: UnknownPart,
): TypeProblem {
  const isSaver = kind === "saver";
  const part = within === undefined ? `"${name}"` : `"${name}" in "${within}"`;
  return {
    code: isSaver ? "check/unchecked-saver" : "check/unchecked-subgraph",
    reason: isSaver
      ? `the type of the saver ${part} is not known here, so what it takes is not checked`
      : `the types of ${part}, which is in or is a subgraph, are not known here, so its edges are not checked`,
    fix: isSaver
      ? `let "${leadingExport.name}" have the type that \`node\` gives it`
      : `export nodes as \`subgraph\` gives them, and choose or change types in nodes that take those`,
    graph,
    node: leadingExport.name,
  };
}

function of({ graph, node }: Mark): { readonly graph: number; readonly node: string } {
  return { graph, node };
}

/** The problem that a graph has with some values of its choices. */
export function chosenProblem(graph: number, problem: ChosenProblem): TypeProblem {
  const { code, message, fix, node, chosen } = problem;
  const values = Object.entries(chosen).map(([key, value]) => `${key}=${value}`);
  const where = values.length === 0 ? "" : ` (where ${values.join(", ")})`;
  return {
    code,
    reason: `${message}${where}`,
    fix,
    graph,
    ...(node === undefined ? {} : { node }),
  };
}

/** The innermost message of a chain says most. */
function sentence({ text, messageChain = [] }: Diagnostic): string {
  const [first] = messageChain;
  return first === undefined ? text : sentence(first);
}

/** Where the compiler says that the expected type comes from: the parameter. */
function placeOf(
  { relatedInformation = [] }: Diagnostic,
  isOwn: (file: string) => boolean,
): Place | undefined {
  const related = relatedInformation.find(({ fileName = "" }) => isOwn(fileName));
  return related?.fileName === undefined ? undefined : placeAt(related.fileName, related.pos);
}

/** The mark that an offset lies in: marks of one kind do not overlap, and stand in order. */
export function markAt(marks: readonly Mark[], offset: number): Mark | undefined {
  let low = 0;
  let high = marks.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const mark = marks[middle];
    if (mark === undefined || offset < mark.start) high = middle - 1;
    else if (offset >= mark.end) low = middle + 1;
    else return mark;
  }
  return undefined;
}
