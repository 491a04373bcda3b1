import type { Diagnostic } from "typescript/unstable/sync";
import type { ProblemCode } from "@weirflow/dataflow";
import { type Place, placeAt } from "./place.ts";
import type { ChosenProblem } from "./typed-graph.ts";
import type { Mark, WrittenProgram } from "./write-program.ts";

/** Something that the compiler says about an edge. */
export interface TypeProblem {
  /**
   * `check/edge-type`: a node takes another type than is made; `check/input-type`: nodes take an input with types that
   * exclude each other; `check/call`: a call of the node is wrong in another way; `check/untyped`: nothing is known of a
   * value, so nothing that takes it is checked; `check/unchecked-edge`: the type of a dependency is not
   * known; `check/unknown-module`: a file cannot be read by the compiler; `dag/…`: the
   * graph itself, once choices are made.
   */
  readonly code:
    | "check/edge-type"
    | "check/input-type"
    | "check/call"
    | "check/unchecked-edge"
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

/** The problem that a diagnostic of the program is. Places are in `files`: the parameter of a modifier is nobody's fault. */
export function problemOf(
  program: WrittenProgram,
  diagnostic: Diagnostic,
  files: ReadonlySet<string>,
): TypeProblem {
  const { pos } = diagnostic;
  const said = sentence(diagnostic);
  const need = markAt(program.needs, pos);
  const place = placeOf(diagnostic, files);
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
  mark: Mark,
  need: string,
  said: string,
  place: Place | undefined,
): TypeProblem {
  return {
    ...of(mark),
    code: "check/edge-type",
    reason: `"${mark.node}" takes another type for "${need}" than it gets: ${said}`,
    fix: `change the type of "${need}" in "${mark.node}", or what "${need}" returns`,
    need,
    ...(place === undefined ? {} : { place }),
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
  files: ReadonlySet<string>,
): Place | undefined {
  const related = relatedInformation.find(({ fileName = "" }) => files.has(fileName));
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
