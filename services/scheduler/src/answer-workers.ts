import type { Bus, MessageMeta, RespondOptions } from "@weirflow/bus";
import {
  type BeatAnswer,
  type BeatRequest,
  beatRequestSchema,
  type ClaimAnswer,
  type ClaimRequest,
  claimRequestSchema,
  deadLetterSchema,
  encodeMessage,
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
  settledAttempts,
  type Store,
} from "@weirflow/store";
import type { DeadLetters } from "./dead-letters.ts";
import { handleInHalves } from "./handle-in-halves.ts";
import type { SchedulerMetrics } from "./scheduler-metrics.ts";

/** What answering needs. */
export interface AnswerDeps {
  readonly bus: Pick<Bus, "respond">;
  readonly store: Store;
  readonly deadLetters: DeadLetters;
  readonly metrics: Pick<SchedulerMetrics, "claims" | "beats" | "reports">;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  /** Takes what a commit changed. */
  readonly onChanges: (changes: Changes) => void;
}

const queue = "scheduler";
/** Items of one transaction at most. */
const limit = 100;

/**
 * Answers workers and the lineage service, each request after the commit that it caused.
 *
 * A1. A request whose batch fails for the database's sake, or whose commit is unknown, is not answered: the asker
 *     repeats it, and gets the same answer.
 * A2. One request that cannot be handled is answered `invalid` and kept as a dead letter; its neighbours get through.
 */
export function answerWorkers(deps: AnswerDeps): AsyncDisposable {
  const { bus, store, deadLetters, signal } = deps;
  const claims = new MicroBatch<ClaimRequest, ClaimAnswer>({
    limit,
    handle: async (items) => await claimAll(deps, items),
  });
  const beats = new MicroBatch<BeatRequest, BeatAnswer>({
    limit,
    handle: async (items) => await beatAll(deps, items),
  });
  const reports = new MicroBatch<ReportRequest, ReportAnswer>({
    limit,
    handle: async (items) => await reportAll(deps, items),
  });
  const refuse = { queue, onMalformed: refuser(deadLetters) } satisfies Partial<
    RespondOptions<never>
  >;
  const stack = new AsyncDisposableStack();
  stack.use(
    bus.respond(
      subjects.claimAll,
      { ...refuse, schema: claimRequestSchema },
      async (request) => await claims.add(request),
    ),
  );
  stack.use(
    bus.respond(
      subjects.beat,
      { queue, schema: beatRequestSchema },
      async (request) => await beats.add(request),
    ),
  );
  stack.use(
    bus.respond(
      subjects.report,
      { ...refuse, schema: reportRequestSchema },
      async (request) => await reports.add(request),
    ),
  );
  stack.use(
    bus.respond(
      subjects.settled,
      { queue, schema: settledRequestSchema },
      async (request) => await settledAttempts(store, request, signal),
    ),
  );
  stack.use(
    bus.respond(subjects.deadLetter, { queue, schema: deadLetterSchema }, async (letter) => {
      await deadLetters.save(letter);
      return { verdict: "stored" };
    }),
  );
  return stack;
}

function refuser(deadLetters: DeadLetters) {
  return (error: MalformedMessageError, meta: MessageMeta, data: Uint8Array): object => {
    deadLetters.note({ ...meta, data }, error.message);
    return { verdict: "invalid", error: toErrorRecord(error) };
  };
}

async function claimAll(
  { store, deadLetters, metrics, leaseMs, signal, onChanges }: AnswerDeps,
  items: readonly ClaimRequest[],
): Promise<readonly ClaimAnswer[]> {
  const answers = await handleInHalves(items, {
    handle: async (part) => {
      const { answers: some, changes } = await claimTaskRuns(store, part, { leaseMs }, signal);
      onChanges(changes);
      return some;
    },
    onCulprit: (error, item): ClaimAnswer => {
      bury(deadLetters, subjects.claim(item.pool), { item, error });
      return { verdict: "invalid", error: toErrorRecord(error) };
    },
  });
  for (const { verdict } of answers) metrics.claims.add(1, { verdict });
  return answers;
}

async function beatAll(
  { store, metrics, leaseMs, signal }: AnswerDeps,
  items: readonly BeatRequest[],
): Promise<readonly BeatAnswer[]> {
  const answers = await beatAttempts(store, items, { leaseMs }, signal);
  for (const { verdict } of answers.flatMap((answer) => answer.attempts))
    metrics.beats.add(1, { verdict });
  return answers;
}

async function reportAll(
  { store, deadLetters, metrics, signal, onChanges }: AnswerDeps,
  items: readonly ReportRequest[],
): Promise<readonly ReportAnswer[]> {
  const answers = await handleInHalves(items, {
    handle: async (part) => {
      const { answers: some, changes } = await reportAttempts(store, part, signal);
      onChanges(changes);
      return some;
    },
    onCulprit: (error, item): ReportAnswer => {
      bury(deadLetters, subjects.report, { item, error });
      return { verdict: "invalid", error: toErrorRecord(error) };
    },
  });
  for (const { verdict } of answers) metrics.reports.add(1, { verdict });
  return answers;
}

function bury(
  deadLetters: DeadLetters,
  subject: string,
  { item, error }: { readonly item: object; readonly error: unknown },
): void {
  deadLetters.note({ subject, data: encodeMessage(item), headers: {} }, String(error));
}
