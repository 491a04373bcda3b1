import { decodeValue } from "@weirflow/values";
import { describe, expect } from "vitest";
import { json } from "./fixtures/peer.ts";
import { type ServingWorker, workerTest as test, type World } from "./fixtures/worker-test.ts";

const TASKS = 200;

/** What a task says that its thread or process still holds. */
interface Held {
  readonly place: string;
  readonly backend: string;
  readonly tensors: number;
  readonly heldBytes: number;
  readonly rss: number;
}

/** Trains and predicts in task after task of one worker; what each found at its end, and what the main thread held then. */
async function trainAgainAndAgain(
  { peer, file, reported }: World,
  { version }: ServingWorker,
): Promise<readonly (Held & { readonly mainBytes: number })[]> {
  const inputs = json({ count: 16, epochs: 1, backend: "wasm", file, stands: false });
  const found: (Held & { readonly mainBytes: number })[] = [];
  for (let n = 0; n < TASKS; n += 1) {
    const id = peer.offer({ task: "using", outputs: ["held", "ballast"], inputs, version });
    const { outputs, error } = await reported(id);
    const held = outputs["held"];
    if (held?.kind !== "inline") throw new Error(JSON.stringify(error));
    const bytes = Buffer.from(held.data, held.encoding);
    const { heapUsed, external } = process.memoryUsage();
    // The node makes what the interface says.
    found.push({ ...(decodeValue(held.codec, bytes) as Held), mainBytes: heapUsed + external });
  }
  return found;
}

/** The mean of the last quarter, as a multiple of that of the second one; the first warms up. */
function growth(numbers: readonly number[]): number {
  const quarter = numbers.length / 4;
  return mean(numbers.slice(-quarter)) / mean(numbers.slice(quarter, 2 * quarter));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

describe("startWorker: many tasks in one slot", () => {
  test.for(["thread", "process"] as const)(
    `${TASKS} trainings in a %s leave neither tensors nor memory behind`,
    { timeout: 180_000 },
    async (slot, { world }) => {
      const worker = await world.start({ slot, concurrency: 1 });

      const found = await trainAgainAndAgain(world, worker);

      expect(new Set(found.map(({ place }) => place)).size).toBe(1);
      expect(new Set(found.map(({ backend }) => backend))).toEqual(new Set(["wasm"]));
      expect(new Set(found.map(({ tensors }) => tensors))).toEqual(new Set([0]));
      expect(growth(found.map(({ heldBytes }) => heldBytes))).toBeLessThan(1.5);
      expect(growth(found.map(({ mainBytes }) => mainBytes))).toBeLessThan(1.5);
      expect(growth(found.map(({ rss }) => rss))).toBeLessThan(1.25);
    },
  );
});
