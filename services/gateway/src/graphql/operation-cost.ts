import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isListType,
  isObjectType,
  isInterfaceType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { DEFAULT_PAGE, MAX_PAGE } from "../schema/paging.ts";

/** An operation to weigh. */
export interface WeighedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What an operation would take. */
export interface OperationCost {
  /** Fields, each times the objects that it may be asked of. */
  readonly cost: number;
  /** Fields inside fields. Introspection does not count. */
  readonly depth: number;
}

/** Objects of a list whose length nobody can say before. */
const USUAL_LIST = 10;
/** Fields that take much more than others. */
const WEIGHTS: Readonly<Record<string, number>> = {
  "Query.compareRuns": 200,
  "Value.downstream": 100,
  "Value.upstream": 100,
  "Graph.svg": 20,
};

interface Weighing extends WeighedOperation {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Weighs an operation of a valid document: its fragments have no cycles. */
export function operationCost(weighed: WeighedOperation): OperationCost {
  const { document, operationName, schema } = weighed;
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const operation = operations.find(
    ({ name }) => operationName == null || name?.value === operationName,
  );
  if (operation === undefined) return { cost: 0, depth: 0 };
  const root = schema.getRootType(operation.operation)?.name ?? "";
  return costOf(operation.selectionSet, root, { ...weighed, fragments });
}

function costOf(set: SelectionSetNode, typeName: string, weighing: Weighing): OperationCost {
  let cost = 0;
  let depth = 0;
  for (const selection of set.selections) {
    const part =
      selection.kind === Kind.FIELD
        ? fieldCost(selection, typeName, weighing)
        : spreadCost(selection, typeName, weighing);
    cost += part.cost;
    depth = Math.max(depth, part.depth);
  }
  return { cost, depth };
}

type Spread = Exclude<SelectionSetNode["selections"][number], FieldNode>;

function spreadCost(spread: Spread, typeName: string, weighing: Weighing): OperationCost {
  const fragment =
    spread.kind === Kind.INLINE_FRAGMENT ? spread : weighing.fragments.get(spread.name.value);
  if (fragment === undefined) return { cost: 0, depth: 0 };
  return costOf(fragment.selectionSet, fragment.typeCondition?.name.value ?? typeName, weighing);
}

function fieldCost(field: FieldNode, typeName: string, weighing: Weighing): OperationCost {
  const name = field.name.value;
  if (name.startsWith("__")) return { cost: 1, depth: 0 };
  const own = WEIGHTS[`${typeName}.${name}`] ?? 1;
  const type = fieldType(weighing.schema, typeName, name);
  if (field.selectionSet === undefined || type === undefined) return { cost: own, depth: 1 };
  const inner = costOf(field.selectionSet, getNamedType(type).name, weighing);
  const times = timesOf(field, { typeName, type, variables: weighing.variables });
  return { cost: own + times * inner.cost, depth: 1 + inner.depth };
}

function fieldType(
  schema: GraphQLSchema,
  typeName: string,
  field: string,
): GraphQLOutputType | undefined {
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined;
}

interface Asked {
  readonly typeName: string;
  readonly type: GraphQLOutputType;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How many objects the fields inside a field may be asked of. */
function timesOf(field: FieldNode, { typeName, type, variables }: Asked): number {
  if (getNamedType(type).name.endsWith("Connection")) return pageLength(field, variables);
  const isCounted = typeName.endsWith("Connection"); // its page was counted where it was asked for
  return isListType(getNullableType(type)) && !isCounted ? USUAL_LIST : 1;
}

function pageLength(field: FieldNode, variables: Asked["variables"]): number {
  for (const { name, value } of field.arguments ?? []) {
    if (name.value !== "first" && name.value !== "last") continue;
    const asked =
      value.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : value.kind === Kind.INT
          ? Number(value.value)
          : undefined;
    if (typeof asked === "number") return Math.min(Math.max(asked, 1), MAX_PAGE);
  }
  return DEFAULT_PAGE;
}
