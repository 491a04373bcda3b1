import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  type ValidationContext,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import { operationCost } from "./operation-cost.ts";

/** What an operation may take at most. */
export interface OperationLimits {
  /** Lexical tokens of the document. @default 2_000 */
  readonly tokens: number;
  /** Fields under another name, in the whole document. @default 50 */
  readonly aliases: number;
  /** Fields inside fields. @default 12 */
  readonly depth: number;
  /** Fields, each times the objects that it may be asked of. @default 25_000 */
  readonly cost: number;
}

/** The limits of the API. */
export const OPERATION_LIMITS: OperationLimits = {
  tokens: 2_000,
  aliases: 50,
  depth: 12,
  cost: 25_000,
};

/** Refuses operations above the limits: tokens while parsing, aliases while validating, the others before execution. */
export function limitOperations(limits: OperationLimits = OPERATION_LIMITS): Plugin {
  return {
    onParse: ({ setParseFn }) => {
      setParseFn((source: string, options?: object) =>
        parse(source, { ...options, maxTokens: limits.tokens }),
      );
    },
    onValidate: ({ addValidationRule }) => {
      addValidationRule(aliasRule(limits.aliases));
    },
    onExecute: ({ args, setResultAndStopExecution }) => {
      const error = refusalOf(args, limits);
      if (error !== undefined) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const error = refusalOf(args, limits);
      if (error !== undefined) setResultAndStopExecution({ errors: [error] });
    },
  };
}

function aliasRule(limit: number): (context: ValidationContext) => ASTVisitor {
  return (context) => {
    let aliases = 0;
    return {
      Field: ({ alias }) => {
        if (alias === undefined || ++aliases !== limit + 1) return;
        context.reportError(refusal("aliases", `it has more than ${limit} aliases`));
      },
    };
  };
}

/** What the execution of an operation is told. */
interface ExecutionFacts {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

function refusalOf(args: ExecutionFacts, limits: OperationLimits): GraphQLError | undefined {
  const { schema, document, operationName, variableValues } = args;
  const variables = variableValues ?? {};
  const { cost, depth } = operationCost({ schema, document, operationName, variables });
  if (depth > limits.depth)
    return refusal("depth", `it is ${depth} fields deep, ${limits.depth} are allowed`);
  if (cost > limits.cost)
    return refusal(
      "cost",
      `it may take ${cost} fields, ${limits.cost} are allowed; ask for shorter pages`,
    );
  return undefined;
}

function refusal(limit: keyof OperationLimits, reason: string): GraphQLError {
  return new GraphQLError(`this operation is too large: ${reason}`, {
    extensions: { code: "gateway/too-large", limit },
  });
}
