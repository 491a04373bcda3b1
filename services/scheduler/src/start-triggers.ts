import type { Bus, BusMessage } from "@weirflow/bus";
import {
  type CloudEvent,
  cloudEventSchema,
  EventType,
  type Json,
  type JsonObject,
  subjectMatches,
  subjects,
} from "@weirflow/contracts";
import { isWeirError } from "@weirflow/errors";
import { matchesEvent, paramsFromEvent, validateJson } from "@weirflow/flow";
import {
  acceptFromEvent,
  type DeployedTrigger,
  listTriggers,
  saveDeadLetter,
  type Store,
} from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";

/** What triggers need. */
export interface TriggerDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly onMissing: () => void;
  /** Runs were started; the sweep should hint them. */
  readonly onStarted: () => void;
}

/** Our own events, which start nothing. */
const OWN = new Set<string>([
  subjects.event(EventType.runChanged),
  subjects.event(EventType.taskSettled),
]);

/** Starts runs by messages: each is acknowledged after the commit that it caused, and starts a run once. */
export function startTriggers(deps: TriggerDeps): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  for (const stream of ["EVENTS", "INGEST"]) {
    const options = { stream, consumer: "triggers", maxMessages: 32, onMissing: deps.onMissing };
    stack.use(deps.bus.consume(options, async (message) => await handle(deps, message)));
  }
  return stack;
}

async function handle(deps: TriggerDeps, message: BusMessage): Promise<void> {
  if (OWN.has(message.subject)) {
    message.ack();
    return;
  }
  try {
    await startRuns(deps, message);
    message.ack();
  } catch (error) {
    if (isWeirError(error) && error.disposition === "retry") {
      message.nak(1_000);
      return;
    }
    await bury(deps, message, error instanceof Error ? error.message : String(error));
    message.term("dead letter");
  }
}

async function startRuns(deps: TriggerDeps, message: BusMessage): Promise<void> {
  const { store, signal } = deps;
  const { event, type, key } = readEvent(message);
  const triggers = (await listTriggers(store, signal)).filter(
    (trigger) =>
      concerns(trigger, message.subject, type) && matchesEvent(trigger.spec.match, event),
  );
  const matches = [];
  for (const trigger of triggers) {
    const checked = paramsOf(trigger, event);
    if (checked.ok)
      matches.push({
        deploymentId: trigger.deploymentId,
        slug: trigger.spec.slug,
        params: checked.value,
      });
    else
      await bury(
        deps,
        message,
        `trigger "${trigger.spec.slug}" of flow "${trigger.flow}": ${checked.reason}`,
      );
  }
  if (matches.length === 0) return;
  const created = await acceptFromEvent(
    store,
    { matches, key, event, traceparent: message.carrier.traceparent },
    signal,
  );
  if (created.length > 0) deps.onStarted();
}

function concerns({ spec }: DeployedTrigger, subject: string, type: string | undefined): boolean {
  return spec.kind === "event" ? spec.of === type : subjectMatches(spec.of, subject);
}

type CheckedParams =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly reason: string };

function paramsOf(
  { spec, params, paramsSchema }: DeployedTrigger,
  event: JsonObject,
): CheckedParams {
  const data =
    spec.dataSchema === undefined
      ? { ok: true as const }
      : validateJson(spec.dataSchema, event["data"]);
  if (!data.ok) return { ok: false, reason: `data ${say(data.problems)}` };
  const checked = validateJson(paramsSchema, { ...params, ...paramsFromEvent(spec, event) });
  return checked.ok ? checked : { ok: false, reason: `parameters ${say(checked.problems)}` };
}

function say(problems: readonly { readonly path: string; readonly message: string }[]): string {
  return problems.map((problem) => `${problem.path} ${problem.message}`.trim()).join("; ");
}

interface ReadEvent {
  readonly event: JsonObject;
  readonly type: string | undefined;
  /** Names the message: what has the same key starts nothing again. */
  readonly key: string;
}

/** A CloudEvent as it is; anything else as an event whose data is the message. */
function readEvent(message: BusMessage): ReadEvent {
  const body = parse(message.data);
  const parsed = cloudEventSchema.safeParse(body);
  if (parsed.success)
    return {
      event: eventJson(parsed.data),
      type: parsed.data.type,
      key: `${parsed.data.source}/${parsed.data.id}`,
    };
  const key =
    message.headers["Nats-Msg-Id"] ??
    `${message.stream}@${message.receivedAt.toISOString()}/${message.sequence}`;
  return { event: { subject: message.subject, data: body }, type: undefined, key };
}

function eventJson(event: CloudEvent): JsonObject {
  return event as unknown as JsonObject; // it was parsed from JSON; absent fields are absent
}

function parse(bytes: Uint8Array): Json {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text) as Json; // what JSON.parse returns is JSON
  } catch {
    return text;
  }
}

async function bury(
  { store, logger, signal }: TriggerDeps,
  message: BusMessage,
  reason: string,
): Promise<void> {
  logger.warn("scheduler.dead-letter", { subject: message.subject, reason });
  const payload = Buffer.from(message.data).subarray(0, 65_536).toString("base64");
  await saveDeadLetter(
    store,
    {
      v: 1,
      subject: message.subject,
      reason: reason.slice(0, 4_000),
      payload,
      headers: { ...message.headers },
    },
    signal,
  );
}
