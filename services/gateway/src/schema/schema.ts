import "./scalars.ts";
import "./error/errors.ts";
import "./error/error-info.ts";
import "./graph/graph.ts";
import "./flow/flow.ts";
import "./flow/flow-version.ts";
import "./deployment/deployment.ts";
import "./deployment/schedule.ts";
import "./deployment/deploy.ts";
import "./deployment/pause-schedule.ts";
import "./run/run.ts";
import "./run/run-contents.ts";
import "./run/task-run.ts";
import "./run/task-run-contents.ts";
import "./run/artifact.ts";
import "./run/start-run.ts";
import "./run/cancel-run.ts";
import "./run/run-changed.ts";
import "./lineage/value.ts";
import "./lineage/compare-runs.ts";
import "./config/config.ts";
import "./config/save-config.ts";
import type { GraphQLSchema } from "graphql";
import { builder } from "./builder.ts";

/** The whole schema. */
export function createSchema(): GraphQLSchema {
  return builder.toSchema();
}
