export { NoCompilerError, UnknownTypedNodeError } from "./errors.ts";
export { GraphTypes, graphTypes } from "./graph-types.ts";
export type { JsonSchema } from "./json-schema.ts";
export type { Place } from "./place.ts";
export type { TypeProblem } from "./type-problem.ts";
export type { TypedGraph } from "./typed-graph.ts";
