import type { Checker, Symbol as TypeSymbol, Type } from "typescript/unstable/sync";
import type { CompilerModule } from "./compiler.ts";

/** A JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What types are read with. */
export interface TypeReader {
  readonly checker: Checker;
  readonly compiler: Pick<CompilerModule, "SignatureKind" | "SymbolFlags" | "TypeFlags">;
}

const TYPED_ARRAY = /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array\b/u;

/**
 * The JSON Schema of what a type is as JSON. Dates are texts of the format `date-time`, typed arrays are arrays of
 * numbers; what JSON does not have, a function or a map, is a schema that says so in `$comment` and lets all pass.
 */
export function jsonSchemaOf(type: Type, reader: TypeReader): JsonSchema {
  const writer = new SchemaWriter(reader);
  const schema = writer.schemaOf(type);
  const { definitions } = writer;
  return Object.keys(definitions).length === 0 ? schema : { ...schema, $defs: definitions };
}

class SchemaWriter {
  readonly #checker: Checker;
  readonly #types: CompilerModule["TypeFlags"];
  readonly #signatures: CompilerModule["SignatureKind"];
  readonly #symbols: CompilerModule["SymbolFlags"];
  /** Objects that are being written: by the name of their definition, once they meet themselves. */
  readonly #open = new Map<number, string | undefined>();
  readonly #definitions: Record<string, JsonSchema> = {};

  constructor({ checker, compiler }: TypeReader) {
    this.#checker = checker;
    this.#types = compiler.TypeFlags;
    this.#signatures = compiler.SignatureKind;
    this.#symbols = compiler.SymbolFlags;
  }

  get definitions(): Readonly<Record<string, JsonSchema>> {
    return this.#definitions;
  }

  schemaOf(type: Type): JsonSchema {
    if (type.isUnionType()) return this.#union(type.getTypes() ?? []);
    return this.#primitive(type) ?? this.#structure(type);
  }

  #primitive(type: Type): JsonSchema | undefined {
    const { flags } = type;
    const is = this.#types;
    if (type.isLiteralType() && (flags & is.BigIntLiteral) === 0) return { const: type.value };
    if ((flags & is.String) !== 0 || (flags & is.TemplateLiteral) !== 0) return { type: "string" };
    if ((flags & is.Number) !== 0) return { type: "number" };
    if ((flags & is.Boolean) !== 0) return { type: "boolean" };
    if ((flags & is.Null) !== 0) return { type: "null" };
    if ((flags & is.Never) !== 0) return { not: {} };
    if ((flags & is.AnyOrUnknown) !== 0) return {};
    return this.#isCallable(type) ? { $comment: this.#checker.typeToString(type) } : undefined;
  }

  #union(members: readonly Type[]): JsonSchema {
    const present = members.filter(({ flags }) => (flags & this.#types.Undefined) === 0);
    const isNull = ({ flags }: Type): boolean => (flags & this.#types.Null) !== 0;
    const literals = present.flatMap((each) =>
      isNull(each) ? [null] : each.isLiteralType() ? [each.value] : [],
    );
    if (literals.length === present.length)
      return literals.length === 2 && literals.every((value) => typeof value === "boolean")
        ? { type: "boolean" }
        : { enum: literals.toSorted((a, b) => String(a).localeCompare(String(b), "en")) };
    const schemas = [...new Map(present.map((each) => this.schemaOf(each)).map(byText)).values()];
    const [only] = schemas;
    return schemas.length === 1 && only !== undefined ? only : { anyOf: schemas };
  }

  #structure(type: Type): JsonSchema {
    const name = this.#checker.typeToString(type);
    if (TYPED_ARRAY.test(name)) return { type: "array", items: { type: "number" }, $comment: name };
    if (name === "Date") return { type: "string", format: "date-time" };
    if (this.#checker.isTupleType(type)) return this.#tuple(type);
    if (this.#checker.isArrayType(type)) {
      const [of] = this.#argumentsOf(type);
      return { type: "array", items: of === undefined ? {} : this.schemaOf(of) };
    }
    return this.#isRecord(type) ? this.#object(type, name) : { $comment: name };
  }

  #tuple(type: Type): JsonSchema {
    const items = this.#argumentsOf(type).map((each) => this.schemaOf(each));
    return { type: "array", prefixItems: items, minItems: items.length, maxItems: items.length };
  }

  #argumentsOf(type: Type): readonly Type[] {
    // arrays and tuples are references
    return this.#checker.getTypeArguments(type as Parameters<Checker["getTypeArguments"]>[0]);
  }

  #isCallable(type: Type): boolean {
    return this.#checker.getSignaturesOfType(type, this.#signatures.Call).length > 0;
  }

  /** Whether a type is plain data: an object that cannot be called, and that is no class of the library. */
  #isRecord(type: Type): boolean {
    const isObject = (type.flags & (this.#types.Object | this.#types.Intersection)) !== 0;
    return isObject && !this.#propertiesOf(type).some(({ name }) => name.startsWith("__@"));
  }

  #propertiesOf(type: Type): readonly TypeSymbol[] {
    return this.#checker.getPropertiesOfType(type);
  }

  #object(type: Type, name: string): JsonSchema {
    if (this.#open.has(type.id)) {
      const known = this.#open.get(type.id) ?? this.#nameFor(name);
      this.#open.set(type.id, known);
      return { $ref: `#/$defs/${known}` };
    }
    this.#open.set(type.id, undefined);
    const schema = this.#fields(type);
    const known = this.#open.get(type.id);
    this.#open.delete(type.id);
    if (known === undefined) return schema;
    this.#definitions[known] = schema;
    return { $ref: `#/$defs/${known}` };
  }

  #nameFor(name: string): string {
    const plain = name.replace(/\W+/gu, "_").slice(0, 40);
    const taken = new Set([...this.#open.values(), ...Object.keys(this.#definitions)]);
    if (!taken.has(plain)) return plain;
    return `${plain}_${taken.size}`;
  }

  #fields(type: Type): JsonSchema {
    const fields = this.#propertiesOf(type);
    const [index] = this.#checker.getIndexInfosOfType(type);
    const types = fields.length === 0 ? [] : this.#checker.getTypeOfSymbol(fields);
    const properties = fields.map((field, i): [string, JsonSchema] => {
      const description = this.#checker.getDocumentationCommentOfSymbol(field).trim();
      const of = types[i];
      const schema = of === undefined ? {} : this.schemaOf(of);
      return [field.name, description === "" ? schema : { ...schema, description }];
    });
    const required = fields.filter(({ flags }) => (flags & this.#symbols.Optional) === 0);
    return {
      type: "object",
      properties: Object.fromEntries(properties),
      required: required.map(({ name }) => name),
      additionalProperties: index === undefined ? false : this.schemaOf(index.valueType),
    };
  }
}

function byText(schema: JsonSchema): [string, JsonSchema] {
  return [JSON.stringify(schema), schema];
}
