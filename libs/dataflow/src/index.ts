export type { CacheChange, CacheDecision, CacheReason } from "./cache/cache-decision.ts";
export { nodeCacheKey } from "./cache/cache-key.ts";
export { type CachePlugin, cachePlugin, type CachePluginOptions } from "./cache/cache-plugin.ts";
export type {
  CacheEntry,
  CacheFacts,
  CacheFound,
  CacheMiss,
  CacheStore,
  LastFacts,
} from "./cache/cache-store.ts";
export { type MemoryCacheOptions, memoryCacheStore } from "./cache/memory-cache-store.ts";
export {
  fitsSchema,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
} from "./check/schema-check.ts";
export {
  type Bounds,
  type Checked,
  contains,
  deviationBetween,
  inRange,
  maxNullFraction,
  meanBetween,
  notNull,
  oneOf,
  type OnFail,
} from "./check/value-checks.ts";
export { type CodeVersionOptions, type CodeVersions, codeVersions } from "./code/code-versions.ts";
export {
  type NodeLocationOptions,
  type NodeLocations,
  nodeLocations,
  type NodeSource,
} from "./code/node-locations.ts";
export type { ResolvedImport, SourceHost } from "./code/source-host.ts";
export {
  AsyncNodeError,
  AsyncSchemaError,
  type CheckFailure,
  GraphError,
  InvalidFactError,
  MissingColumnError,
  type Mismatch,
  MissingFieldError,
  NodeCheckError,
  NodeError,
  NodeTimeoutError,
  NotIterableError,
  PluginError,
  RunCancelledError,
  SchemaMismatchError,
  SecretValueError,
  SourceSyntaxError,
  TooManyFactsError,
  UnhashableValueError,
  UnknownCacheFormatError,
  UnmatchedCaseError,
  UnmatchedChoiceError,
} from "./errors.ts";
export {
  byExport,
  type DescribeOptions,
  describeGraph,
  type GraphDescription,
  type GraphNodeDescription,
  graphVersion,
} from "./graph/describe-graph.ts";
export { type ChangedEdges, diffGraphs, type GraphDiff, isSameGraph } from "./graph/graph-diff.ts";
export type { GraphInput, GraphNode } from "./graph/graph-node.ts";
export type { GraphSearch, NodeQuery } from "./graph/graph-search.ts";
export {
  type Graph,
  type GraphFacts,
  type GraphOptions,
  type GraphSelf,
  type PlanOptions,
  graph,
  graphFrom,
  type UntypedGraph,
} from "./graph/graph.ts";
export type { GraphProblem, ProblemCode } from "./graph/problem.ts";
export { type HashOptions, hashValue, shortHash, type ValueHasher } from "./hash/hash-value.ts";
export { isSecret, SECRET } from "./hash/secret.ts";
export {
  bind,
  type Binding,
  type BindingsOf,
  type Bound,
  type BoundNode,
  type Group,
  group,
  type Value,
  value,
} from "./modifier/bind.ts";
export { collect } from "./modifier/collect.ts";
export { each, type EachOptions } from "./modifier/each.ts";
export { bindMany, type BindManyOptions } from "./modifier/bind-many.ts";
export { chooseWhen } from "./modifier/choose-when.ts";
export { type Branches, choose, type ChosenDeps } from "./modifier/choose.ts";
export { type ColumnOf, columns } from "./modifier/columns.ts";
export { type FieldOf, fields } from "./modifier/fields.ts";
export {
  type CacheBehaviour,
  type CacheOptions,
  type CheckOptions,
  type CheckTest,
  node,
  type NodeCheck,
  type NodeOf,
  type NodeOptions,
  type Savers,
  type SaversFor,
  type Parsed,
  type RetryOptions,
  type SchemaFor,
} from "./modifier/node.ts";
export { override, type Overriding } from "./modifier/override.ts";
export { pipe, type PipeNode, type Step, step, type StepOptions } from "./modifier/pipe.ts";
export { settled, type SettledNode, type Unsettled } from "./modifier/settled.ts";
export {
  subgraph,
  type SubgraphModules,
  type SubgraphNode,
  type SubgraphNodes,
  type SubgraphOptions,
} from "./modifier/subgraph.ts";
export {
  type ArtifactInput,
  type Checkpoint,
  type NodeContext,
  quietContext,
} from "./node-context.ts";
export type { NodeFacts } from "./node-facts.ts";
export type {
  FanAs,
  FanOf,
  FanOfAll,
  Gathered,
  Gathers,
  HandsOut,
  ItemOf,
  Items,
  Replacing,
} from "./typed/fan-types.ts";
export { type CallNeeds, callNeeds } from "./node/call-needs.ts";
export { type NodeParts, nodeParts } from "./node/node-parts.ts";
export type { SubgraphInstance } from "./node/spec.ts";
export type { Dependency } from "./node/parameters.ts";
export type {
  BoundRun,
  ChosenPlan,
  Ending,
  FreeRun,
  GoingOn,
  Made,
  NeededInputs,
  Plan,
  PlanFacts,
  PlanInputs,
  PlanRun,
  PlanRunOptions,
  Results,
  SettledOut,
  SettledResults,
  UntypedPlan,
  UntypedRunOptions,
} from "./plan/plan.ts";
export type {
  CheckOutcome,
  ContextSource,
  NodeCall,
  NodeEnd,
  NodeStart,
  OnError,
  Plugin,
  RunEnd,
  RunOptions,
  RunStart,
} from "./plan/plugin.ts";
export { FailedValue, type Settled } from "./plan/settled.ts";
export type { Case, CaseKeys, CasesNode, CaseTest } from "./typed/case-types.ts";
export { debuggerPlugin, type DebuggerOptions, type Stop } from "./plugins/debugger-plugin.ts";
export { type LogEvent, loggingPlugin, type LoggingOptions } from "./plugins/logging-plugin.ts";
export { progressPlugin, type RunProgress } from "./plugins/progress-plugin.ts";
export { type Schemas, typeCheckPlugin } from "./plugins/type-check-plugin.ts";
export {
  CHOICE,
  type ChoiceKeys,
  type Choices,
  type ChoiceValue,
  type Chooses,
  type KeyValue,
  type Narrow,
} from "./typed/choice-types.ts";
export type { External, InputsFor, Upstream } from "./typed/input-types.ts";
export type {
  Deps,
  Fn,
  Merge,
  NodeAt,
  NodeName,
  Nodes,
  OneOf,
  Output,
  Show,
} from "./typed/module-types.ts";
export type { InnerConstant, InnerNode, LeadsInside } from "./typed/inside-types.ts";
export type { SaverAt, SaverName, Saves, SavingPlan } from "./typed/saver-types.ts";
export type { Wrong } from "./typed/problem-types.ts";
export type { ThreadCall, ThreadRunner } from "./plan/thread-call.ts";
