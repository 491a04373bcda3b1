import { mkdtemp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { eventually } from "@weirflow/testing";
import { fromValueRef, openValueStore } from "@weirflow/values";
import { describe, expect } from "vitest";
import { json } from "./fixtures/peer.ts";
import { FLOWS, workerTest as test } from "./fixtures/worker-test.ts";

const { signal } = new AbortController();

describe("startWorker: starting", () => {
  test("says that there is nothing to serve, and why", async ({ world }) => {
    const folder = await mkdtemp(join(dirname(world.file), "flows-"));
    await writeFile(join(folder, "broken.flow.ts"), "export const flow = ;\n");

    const starting = world.start({ flows: [folder] });

    await expect(starting).rejects.toMatchObject({
      code: "worker/no-flows",
      problems: [expect.stringContaining("broken.flow.ts") as string],
    });
  });

  test("serves what can be loaded beside what cannot", async ({ world }) => {
    const folder = await mkdtemp(join(dirname(world.file), "flows-"));
    await writeFile(join(folder, "broken.flow.ts"), 'throw new Error("at import");\n');

    const worker = await world.start({ flows: [folder, FLOWS] });

    expect(worker.serves).toHaveLength(1);
  });

  test("refuses a folder as value store when NATS is on another machine", async ({ world }) => {
    // The connection is made to the first address; the second says that others may be elsewhere.
    const { natsUrl } = world;

    const starting = world.start({ natsUrl: `${natsUrl},nats://192.0.2.7:4222` });

    await expect(starting).rejects.toMatchObject({ code: "values/not-shared" });
  });

  test("stops a start that is under way", async ({ world }) => {
    await expect(world.start({ signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe("startWorker: without answers", () => {
  test("keeps working and keeps the result until somebody answers", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();
    peer.lose.beats = Infinity;
    peer.lose.lineage = 3;

    const id = peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version });

    expect(await reported(id)).toMatchObject({ outcome: "succeeded" });
    expect(peer.lineage.length).toBe(4);
    expect(peer.claims).toHaveLength(1);
  });

  test("leaves large values in NATS where that is the value store", async ({ world }) => {
    const { peer, reported, bus, natsUrl } = world;
    const { version } = await world.start({ valuesUrl: "nats:" });
    await using store = await openValueStore({ url: "nats:", natsUrl, bus, signal });

    const report = await reported(
      peer.offer({
        task: "making",
        outputs: ["vector"],
        inputs: json({ length: 60_000 }),
        version,
      }),
    );

    const ref = report.outputs["vector"];
    expect(ref?.kind).toBe("blob");
    expect(ref && (await fromValueRef(ref, store, { signal }))).toHaveLength(60_000);
  });

  test("pulls again when the stream was deleted and made anew", async ({ world }) => {
    const { peer, reported, bus } = world;
    const { version } = await world.start();
    await bus.parts.manager.streams.delete("WORK");

    await peer.provision();
    const id = peer.offer({ task: "adding", outputs: ["sum"], inputs: json({ n: 1 }), version });

    expect(await reported(id)).toMatchObject({ outcome: "succeeded" });
    await eventually(() => expect(peer.order).toEqual(["lineage", "report"]));
  });
});
