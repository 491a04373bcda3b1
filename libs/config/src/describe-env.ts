import { z } from "zod";

/** One line of a table of variables. */
export interface EnvVariable {
  readonly name: string;
  /** The default as a person would write it; absent where there is none. */
  readonly default: string | undefined;
  /** Whether the service starts without it. */
  readonly required: boolean;
  /** The schema's `.describe()` text; empty without one. */
  readonly description: string;
}

/**
 * Lists the variables of a schema with their defaults and `.describe()` texts, in the schema's order.
 *
 * @example
 * describeEnv(z.object({ WEIR_PORT: z.coerce.number().default(4000).describe("Port of the API.") }));
 * // [{ name: "WEIR_PORT", default: "4000", required: false, description: "Port of the API." }]
 */
export function describeEnv(schema: z.ZodObject): readonly EnvVariable[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  });
  return Object.entries(properties).map(([name, field]) => {
    const { default: fallback, description = "" } = typeof field === "object" ? field : {};
    return {
      name,
      default: fallback === undefined ? undefined : write(fallback),
      required: required.includes(name),
      description,
    };
  });
}

/**
 * The variables as a markdown table, for a README.
 *
 * @example
 * envTable(describeEnv(schema));
 */
export function envTable(variables: readonly EnvVariable[]): string {
  const rows = variables.map((variable) => {
    const fallback = variable.default === undefined ? "" : `\`${variable.default}\``;
    const standard = variable.required ? "required" : fallback;
    return `| \`${variable.name}\` | ${standard} | ${variable.description.replaceAll("|", "\\|")} |`;
  });
  return ["| variable | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

function write(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
