import type { BindingPattern, Expression } from "oxc-parser";

/** What a name stands for: a reference, the result of a call whose outputs may be references, or neither. */
export type NameKind = "reference" | "result" | "plain";

/** Names of one function or block, and those around it. */
export class Scope {
  readonly #names = new Map<string, NameKind>();
  readonly #outer: Scope | undefined;
  /** Names of the outputs that the flow's tasks make. */
  readonly #outputs: ReadonlySet<string>;

  constructor(outputs: ReadonlySet<string>, outer?: Scope) {
    this.#outputs = outputs;
    this.#outer = outer;
  }

  /** A scope inside this one. */
  inner(): Scope {
    return new Scope(this.#outputs, this);
  }

  /** Declares every name of a pattern. */
  declare(pattern: BindingPattern, kind: NameKind): void {
    switch (pattern.type) {
      case "Identifier":
        this.#names.set(pattern.name, kind);
        return;
      case "AssignmentPattern":
        return this.declare(pattern.left, kind);
      case "ArrayPattern":
        for (const element of pattern.elements)
          if (element !== null)
            this.declare(element.type === "RestElement" ? element.argument : element, kind);
        return;
      case "ObjectPattern":
        return this.#declareFields(pattern, kind);
    }
  }

  /** Declares what a pattern takes from an expression. */
  assign(pattern: BindingPattern, from: Expression | null): void {
    if (from === null) return this.declare(pattern, "plain");
    if (this.isReference(from)) return this.declare(pattern, "reference");
    this.declare(pattern, from.type === "CallExpression" ? "result" : "plain");
  }

  /** Whether an expression is a reference itself: truthy, unequal to all values, without parts. */
  isReference(node: Expression): boolean {
    switch (node.type) {
      case "Identifier":
        return this.#kindOf(node.name) === "reference";
      case "MemberExpression":
        if (node.object.type === "Super") return false;
        return this.isReference(node.object) || this.#isOutput(node.object, node.property);
      case "ParenthesizedExpression":
        return this.isReference(node.expression);
      case "ChainExpression":
        return node.expression.type === "MemberExpression" && this.isReference(node.expression);
      default:
        return false;
    }
  }

  #declareFields(
    pattern: Extract<BindingPattern, { type: "ObjectPattern" }>,
    kind: NameKind,
  ): void {
    for (const property of pattern.properties) {
      if (property.type === "RestElement") {
        this.declare(property.argument, kind);
        continue;
      }
      const { key } = property;
      const isOutput = key.type === "Identifier" && this.#outputs.has(key.name);
      const taken = isOutput ? "reference" : "plain";
      this.declare(property.value, kind === "result" ? taken : kind);
    }
  }

  #isOutput(object: Expression, property: { readonly type: string; readonly name?: unknown }) {
    if (object.type !== "Identifier" || this.#kindOf(object.name) !== "result") return false;
    return typeof property.name === "string" && this.#outputs.has(property.name);
  }

  #kindOf(name: string): NameKind {
    const own = this.#names.get(name);
    if (own !== undefined || this.#outer === undefined) return own ?? "plain";
    return this.#outer.#kindOf(name);
  }
}
