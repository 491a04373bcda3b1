export { gitCommit } from "./git-commit.ts";
export { type LoadedFlow, type LoadedFlows, type LoadedTask, loadFlows } from "./load-flows.ts";
export { loadModuleGraph, type ModuleGraph } from "./load-module-graph.ts";
export type { SourceProblem } from "./problem.ts";
