import { readFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { ROOT } from "./service-process.ts";

/** An error class, as its source declares it. */
export interface ErrorEntry {
  readonly package: string;
  readonly name: string;
  readonly code: string;
  /** The first paragraph of its comment. */
  readonly meaning: string;
  /** What its hint says, with `…` for what is put in; empty where it depends on more. */
  readonly hint: string;
  readonly isRetried: boolean;
}

type ClassNode = Parameters<
  NonNullable<ConstructorParameters<typeof Visitor>[0]["ClassDeclaration"]>
>[0];
type Expression = NonNullable<ClassNode["superClass"]>;

/** Every error class of the repository, by package and code. */
export async function errorEntries(): Promise<readonly ErrorEntry[]> {
  const files = globSync("{libs,services,examples}/*/src/**/errors.ts", { cwd: ROOT });
  const entries = await Promise.all(files.toSorted().map(async (file) => await entriesOf(file)));
  return entries.flat();
}

/** A Markdown page of error classes: what each means, and what to do. */
export function errorsPage(entries: readonly ErrorEntry[]): string {
  const packages = Map.groupBy(entries, (entry) => entry.package);
  const sections = Array.from(packages, ([name, own]) => {
    const rows = own
      .toSorted((a, b) => (a.code < b.code ? -1 : 1))
      .map(
        ({ code, name: className, meaning, hint, isRetried }) =>
          `| \`${code}\`${isRetried ? " ↻" : ""} | \`${className}\` | ${cell(meaning)} | ${cell(hint || "its hint says")} |`,
      );
    return `## ${name}\n\n| code | class | when | what to do |\n| --- | --- | --- | --- |\n${rows.join("\n")}`;
  });
  return `# Errors

Every error that Weirflow throws on purpose: its code is stable, and an error carries what to do as its \`hint\`. Another attempt
of a task follows those with ↻, and errors that are not ours, as far as its retries go.

${sections.join("\n\n")}
`;
}

async function entriesOf(file: string): Promise<readonly ErrorEntry[]> {
  const source = await readFile(join(ROOT, file), "utf8");
  const { program, comments } = parseSync(file, source);
  const folder = dirname(file).split("/").slice(0, 2).join("/");
  const found: ErrorEntry[] = [];
  new Visitor({
    ClassDeclaration: (node) => {
      const code = textOf(fieldOf(node, "code"));
      if (code === "" || node.id === null) return;
      const comment = comments.findLast(({ end }) => end < node.start);
      found.push({
        package: folder,
        name: node.id.name,
        code,
        meaning: firstParagraph(comment?.value ?? ""),
        hint: hintOf(node),
        isRetried: textOf(fieldOf(node, "disposition")) === "retry",
      });
    },
  }).visit(program);
  return found;
}

function fieldOf({ body }: ClassNode, name: string): Expression | null | undefined {
  for (const member of body.body)
    if (member.type === "PropertyDefinition" && keyOf(member.key) === name) return member.value;
  return undefined;
}

function keyOf(key: { readonly type: string }): string | undefined {
  return "name" in key && typeof key.name === "string" ? key.name : undefined;
}

/** The first hint that the class gives, wherever in it. */
function hintOf(node: ClassNode): string {
  const hints: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("type" in value && value.type === "Property" && "key" in value && "value" in value)
      // a property of an object literal has a key and an expression
      if (keyOf(value.key as { type: string }) === "hint")
        hints.push(textOf(value.value as Expression));
    for (const child of Object.values(value)) visit(child);
  };
  visit(node.body);
  return hints.find((hint) => hint !== "") ?? "";
}

function textOf(expression: Expression | null | undefined): string {
  if (expression?.type === "Literal") return String(expression.value);
  if (expression?.type === "TemplateLiteral")
    return expression.quasis.map(({ value }) => value.cooked ?? "").join("…");
  if (expression?.type === "ConditionalExpression")
    return [textOf(expression.consequent), textOf(expression.alternate)]
      .filter((text) => text !== "" && text !== "undefined")
      .join("; or ");
  return "";
}

function firstParagraph(comment: string): string {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*+ ?/u, "").trim());
  const [paragraph = ""] = lines
    .join("\n")
    .trim()
    .split(/\n\s*\n|\n@/u);
  return paragraph
    .replaceAll("\n", " ")
    .replaceAll(/\{@link (\w+)\}/gu, "`$1`")
    .trim();
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
