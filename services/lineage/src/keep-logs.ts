import { decodeMessage, logLineSchema, MalformedMessageError } from "@weirflow/contracts";
import { LineageDataError, type NumberedLine, recordLogs } from "@weirflow/lineage-store";
import type { LineageDeps } from "./answer-lineage.ts";
import { MicroBatch } from "@weirflow/lifecycle";

const BATCH = 500;
const { signal: never } = new AbortController();

/** Stores what nodes log; each line is acked after the commit. A line that can never be stored is dropped with a warning. */
export function keepLogs({ bus, store, logger }: LineageDeps): AsyncDisposable {
  const batch = new MicroBatch<NumberedLine, void>({
    limit: BATCH,
    handle: async (lines) => {
      await recordLogs(store, lines, never);
      return [];
    },
  });
  return bus.consume(
    { stream: "LOGS", consumer: "lineage", maxMessages: BATCH },
    async (message) => {
      try {
        const line = decodeMessage(logLineSchema, message.data, message.subject);
        const numbered = { seq: message.sequence, line };
        await batch.add(numbered).catch(async (error: unknown) => {
          if (!(error instanceof LineageDataError)) throw error;
          await recordLogs(store, [numbered], never);
        });
        message.ack();
      } catch (error) {
        if (!(error instanceof MalformedMessageError || error instanceof LineageDataError))
          throw error;
        logger.warn("lineage.log-line-dropped", { error });
        message.term(error.message);
      }
    },
  );
}
