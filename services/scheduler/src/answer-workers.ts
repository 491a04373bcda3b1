import type { Bus } from "@weirflow/bus";
import {
  type BeatAnswer,
  type BeatRequest,
  beatRequestSchema,
  type ClaimAnswer,
  type ClaimRequest,
  claimRequestSchema,
  deadLetterSchema,
  type MalformedMessageError,
  type ReportAnswer,
  type ReportRequest,
  reportRequestSchema,
  settledRequestSchema,
  subjects,
} from "@weirflow/contracts";
import { toErrorRecord } from "@weirflow/errors";
import { MicroBatch } from "@weirflow/lifecycle";
import {
  beatAttempts,
  type Changes,
  claimTaskRuns,
  reportAttempts,
  saveDeadLetter,
  settledAttempts,
  type Store,
} from "@weirflow/store";
import { handleInHalves } from "./handle-in-halves.ts";

/** What answering needs. */
export interface AnswerDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  /** Takes what a commit changed. */
  readonly onChanges: (changes: Changes) => void;
  readonly onRefused: (count: number) => void;
}

const QUEUE = "scheduler";
/** Items of one transaction at most. */
const BATCH = 100;

/**
 * Answers workers and the lineage service, each request after the commit that it caused.
 *
 * A request whose batch fails for the database's sake is not answered: the asker repeats it, and gets the same answer.
 */
export function answerWorkers(deps: AnswerDeps): AsyncDisposable {
  const { bus, store, signal } = deps;
  const claims = new MicroBatch<ClaimRequest, ClaimAnswer>({
    limit: BATCH,
    handle: async (items) => await claimAll(deps, items),
  });
  const beats = new MicroBatch<BeatRequest, BeatAnswer>({
    limit: BATCH,
    handle: async (items) => await beatAttempts(store, items, deps, signal),
  });
  const reports = new MicroBatch<ReportRequest, ReportAnswer>({
    limit: BATCH,
    handle: async (items) => await reportAll(deps, items),
  });
  const stack = new AsyncDisposableStack();
  const onMalformed = (error: MalformedMessageError): object => ({
    verdict: "invalid",
    error: toErrorRecord(error),
  });
  stack.use(
    bus.respond(
      subjects.claimAll,
      { queue: QUEUE, schema: claimRequestSchema, onMalformed },
      async (request) => await claims.add(request),
    ),
  );
  stack.use(
    bus.respond(
      subjects.beat,
      { queue: QUEUE, schema: beatRequestSchema },
      async (request) => await beats.add(request),
    ),
  );
  stack.use(
    bus.respond(
      subjects.report,
      { queue: QUEUE, schema: reportRequestSchema, onMalformed },
      async (request) => await reports.add(request),
    ),
  );
  stack.use(
    bus.respond(
      subjects.settled,
      { queue: QUEUE, schema: settledRequestSchema },
      async (request) => await settledAttempts(store, request, signal),
    ),
  );
  stack.use(
    bus.respond(subjects.deadLetter, { queue: QUEUE, schema: deadLetterSchema }, async (letter) => {
      await saveDeadLetter(store, letter, signal);
      return { verdict: "stored" };
    }),
  );
  return stack;
}

async function claimAll(
  { store, leaseMs, signal, onChanges }: AnswerDeps,
  items: readonly ClaimRequest[],
): Promise<readonly ClaimAnswer[]> {
  return await handleInHalves(items, {
    handle: async (part) => {
      const { answers, changes } = await claimTaskRuns(store, part, { leaseMs }, signal);
      onChanges(changes);
      return answers;
    },
    onCulprit: (error): ClaimAnswer => ({ verdict: "invalid", error: toErrorRecord(error) }),
  });
}

async function reportAll(
  { store, signal, onChanges, onRefused }: AnswerDeps,
  items: readonly ReportRequest[],
): Promise<readonly ReportAnswer[]> {
  return await handleInHalves(items, {
    handle: async (part) => {
      const { answers, changes, refused } = await reportAttempts(store, part, signal);
      onChanges(changes);
      if (refused > 0) onRefused(refused);
      return answers;
    },
    onCulprit: (error): ReportAnswer => ({ verdict: "invalid", error: toErrorRecord(error) }),
  });
}
