import type { Bus, MessageMeta } from "@weirflow/bus";
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
  type ShowAnswer,
  type ShowRequest,
  showRequestSchema,
  subjects,
} from "@weirflow/contracts";
import { type ErrorRecord, isWeirError, toErrorRecord } from "@weirflow/errors";
import { MicroBatch } from "@weirflow/lifecycle";
import {
  beatAttempts,
  type Changes,
  claimTaskRuns,
  reportAttempts,
  settledAttempts,
  showArtifacts,
  type Store,
  inHalves,
} from "@weirflow/store";
import type { Counter, Logger } from "@weirflow/telemetry";
import type { DeadLetters } from "./dead-letters.ts";
import type { SchedulerMetrics } from "./scheduler-metrics.ts";

/** What answering needs. */
export interface AnswerDeps {
  readonly bus: Pick<Bus, "respond">;
  readonly store: Store;
  readonly logger: Logger;
  readonly deadLetters: DeadLetters;
  readonly metrics: Pick<SchedulerMetrics, "claims" | "beats" | "reports" | "shows">;
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
 * A2. One request that can never be handled is answered `invalid` and kept as a dead letter; its neighbours get through.
 */
export function answerWorkers(deps: AnswerDeps): AsyncDisposable {
  const { bus, store, deadLetters, signal } = deps;
  const stack = new AsyncDisposableStack();
  answerClaimsAndBeats(deps, stack);
  answerReportsAndShows(deps, stack);
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

function answerClaimsAndBeats(deps: AnswerDeps, stack: AsyncDisposableStack): void {
  const { bus, deadLetters } = deps;
  const claims = new MicroBatch<ClaimRequest, ClaimAnswer | undefined>({
    limit,
    handle: async (items) => await claimAll(deps, items),
  });
  const beats = new MicroBatch<BeatRequest, BeatAnswer>({
    limit,
    handle: async (items) => await beatAll(deps, items),
  });
  stack.use(
    bus.respond(
      subjects.claimAll,
      { queue, schema: claimRequestSchema, onMalformed: malformed(deadLetters) },
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
}

function answerReportsAndShows(deps: AnswerDeps, stack: AsyncDisposableStack): void {
  const { bus, deadLetters } = deps;
  const reports = new MicroBatch<ReportRequest, ReportAnswer | undefined>({
    limit,
    handle: async (items) => await reportAll(deps, items),
  });
  const shows = new MicroBatch<ShowRequest, ShowAnswer | undefined>({
    limit,
    handle: async (items) => await showAll(deps, items),
  });
  const strict = { queue, onMalformed: malformed(deadLetters) };
  stack.use(
    bus.respond(
      subjects.report,
      { ...strict, schema: reportRequestSchema },
      async (request) => await reports.add(request),
    ),
  );
  stack.use(
    bus.respond(
      subjects.show,
      { ...strict, schema: showRequestSchema },
      async (request) => await shows.add(request),
    ),
  );
}

function malformed(deadLetters: DeadLetters) {
  return (error: MalformedMessageError, meta: MessageMeta, data: Uint8Array): object => {
    deadLetters.note({ ...meta, data }, error.message);
    return { verdict: "invalid", error: toErrorRecord(error) };
  };
}

async function claimAll(
  deps: AnswerDeps,
  items: readonly ClaimRequest[],
): Promise<readonly (ClaimAnswer | undefined)[]> {
  const { store, metrics, leaseMs, signal, onChanges } = deps;
  const answers = await inHalves<ClaimRequest, ClaimAnswer | undefined>(items, {
    handle: async (part) => {
      const { answers: some, changes } = await claimTaskRuns(store, part, { leaseMs }, signal);
      onChanges(changes);
      return some;
    },
    onCulprit: (error, item) => refuse(deps, error, { subject: subjects.claim(item.pool), item }),
  });
  count(metrics.claims, answers);
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
  deps: AnswerDeps,
  items: readonly ReportRequest[],
): Promise<readonly (ReportAnswer | undefined)[]> {
  const { store, metrics, signal, onChanges } = deps;
  const answers = await inHalves<ReportRequest, ReportAnswer | undefined>(items, {
    handle: async (part) => {
      const { answers: some, changes } = await reportAttempts(store, part, signal);
      onChanges(changes);
      return some;
    },
    onCulprit: (error, item) => refuse(deps, error, { subject: subjects.report, item }),
  });
  count(metrics.reports, answers);
  return answers;
}

async function showAll(
  deps: AnswerDeps,
  items: readonly ShowRequest[],
): Promise<readonly (ShowAnswer | undefined)[]> {
  const { store, metrics, signal } = deps;
  const answers = await inHalves<ShowRequest, ShowAnswer | undefined>(items, {
    handle: async (part) => await showArtifacts(store, part, signal),
    onCulprit: (error, item) => refuse(deps, error, { subject: subjects.show, item }),
  });
  count(metrics.shows, answers);
  return answers;
}

/** A fault of ours is not answered: the asker keeps its request until a scheduler without the fault answers. */
function refuse(
  { deadLetters, logger }: AnswerDeps,
  error: unknown,
  { subject, item }: { readonly subject: string; readonly item: object },
): { readonly verdict: "invalid"; readonly error: ErrorRecord } | undefined {
  if (!isWeirError(error)) {
    logger.error("scheduler.request-failed", { subject, error });
    return undefined;
  }
  deadLetters.note({ subject, data: encodeMessage(item), headers: {} }, error.message);
  return { verdict: "invalid", error: toErrorRecord(error) };
}

function count(
  counter: Counter,
  answers: readonly ({ readonly verdict: string } | undefined)[],
): void {
  for (const answer of answers) counter.add(1, { verdict: answer?.verdict ?? "unanswered" });
}
