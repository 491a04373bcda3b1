import type { BusMessage } from "@weirflow/bus";
import {
  cloudEventSchema,
  decodeMessage,
  MalformedMessageError,
  type TaskSettled,
  taskSettledSchema,
} from "@weirflow/contracts";
import { settleAttempts } from "@weirflow/lineage-store";
import type { LineageDeps } from "./answer-lineage.ts";
import { MicroBatch } from "@weirflow/lifecycle";

const BATCH = 200;
const { signal: never } = new AbortController();

/** Settles attempts as `task.settled` events tell of them; each is acked after the commit. */
export function settleFromEvents({ bus, store, logger }: LineageDeps): AsyncDisposable {
  const batch = new MicroBatch<TaskSettled, void>({
    limit: BATCH,
    handle: async (settled) => {
      await settleAttempts(store, settled, never);
      return [];
    },
  });
  return bus.consume(
    { stream: "EVENTS", consumer: "lineage", maxMessages: BATCH },
    async (message) => {
      try {
        await batch.add(readSettled(message));
        message.ack();
      } catch (error) {
        if (!(error instanceof MalformedMessageError)) throw error;
        logger.warn("lineage.event-malformed", { error });
        message.term(error.message);
      }
    },
  );
}

function readSettled({ data, subject }: BusMessage): TaskSettled {
  const event = decodeMessage(cloudEventSchema, data, subject);
  const parsed = taskSettledSchema.safeParse(event.data);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: `data.${path.join(".")}`,
    message,
  }));
  throw new MalformedMessageError(subject, problems, parsed.error);
}
