import { parseSync, Visitor } from "oxc-parser";

/** Where the parts of a flow stand in its file. */
export interface FlowLines {
  /** The line of the call of `flow`, from 1. */
  readonly flow: number;
  /** The line where its `run` begins. */
  readonly run?: number;
}

/** The places of the flows in the text of a file, by the names of the flows, as far as these are written out. */
export function flowLines(file: string, text: string): ReadonlyMap<string, FlowLines> {
  const lines = new Map<string, FlowLines>();
  const visitor = new Visitor({
    ObjectExpression: ({ start, properties }) => {
      const own = properties.filter((property) => property.type === "Property");
      const named = (name: string) =>
        own.find(({ key }) => key.type === "Identifier" && key.name === name);
      const [name, run] = [named("name")?.value, named("run")];
      if (run === undefined || name?.type !== "Literal" || typeof name.value !== "string") return;
      const at = run.method ? run.start : run.value.start;
      lines.set(name.value, { flow: lineAt(text, start), run: lineAt(text, at) });
    },
  });
  visitor.visit(parseSync(file, text).program);
  return lines;
}

/** The line of the first error in the syntax of a file; `undefined` when there is none. */
export function syntaxErrorLine(file: string, text: string): number | undefined {
  const position = parseSync(file, text).errors[0]?.labels[0]?.start;
  return position === undefined ? undefined : lineAt(text, position);
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
