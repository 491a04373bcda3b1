import * as z from "zod";
import { InvalidIdError } from "./errors.ts";

/** One execution of a flow: a UUIDv7, so ids sort by time. */
export type RunId = string & { readonly __id: "run" };
/** One task in a run. */
export type TaskRunId = string & { readonly __id: "taskRun" };
/** A flow version with its parameters, schedules and triggers. */
export type DeploymentId = string & { readonly __id: "deployment" };
/** 128 bits, hex, made by the worker; the token of the attempt that the claim grants. */
export type ClaimId = string & { readonly __id: "claim" };
/** The hash that names a version of a flow: 64 hex digits. */
export type FlowVersion = string & { readonly __id: "flowVersion" };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HEX_32 = /^[0-9a-f]{32}$/;
const HEX_64 = /^[0-9a-f]{64}$/;

// The brand exists in types alone; the pattern has just been checked.
const parser =
  <Id extends string>(what: string, pattern: RegExp) =>
  (text: string): Id => {
    if (!pattern.test(text)) throw new InvalidIdError(what, text);
    return text as Id;
  };

/** @throws {@link InvalidIdError} `contracts/invalid-id`. */
export const parseRunId: (text: string) => RunId = parser<RunId>("run", UUID);
/** @throws {@link InvalidIdError} `contracts/invalid-id`. */
export const parseTaskRunId: (text: string) => TaskRunId = parser<TaskRunId>("task run", UUID);
/** @throws {@link InvalidIdError} `contracts/invalid-id`. */
export const parseDeploymentId: (text: string) => DeploymentId = parser<DeploymentId>(
  "deployment",
  UUID,
);
/** @throws {@link InvalidIdError} `contracts/invalid-id`. */
export const parseClaimId: (text: string) => ClaimId = parser<ClaimId>("claim", HEX_32);
/** @throws {@link InvalidIdError} `contracts/invalid-id`. */
export const parseFlowVersion: (text: string) => FlowVersion = parser<FlowVersion>(
  "flow version",
  HEX_64,
);

const branded = <Id extends string>(pattern: RegExp): z.ZodType<Id> =>
  z.string().regex(pattern) as unknown as z.ZodType<Id>; // the brand exists in types alone

/** Parses the ids where they stand inside messages. */
export const idSchemas = {
  run: branded<RunId>(UUID),
  taskRun: branded<TaskRunId>(UUID),
  deployment: branded<DeploymentId>(UUID),
  claim: branded<ClaimId>(HEX_32),
  flowVersion: branded<FlowVersion>(HEX_64),
} as const;
