import { writeFile } from "node:fs/promises";
import { type LiveArtifact, progressSchema, subjects } from "@weirflow/contracts";
import { eventually } from "@weirflow/testing";
import { describe, expect } from "vitest";
import { json } from "./fixtures/peer.ts";
import { workerTest as test } from "./fixtures/worker-test.ts";

const { signal } = new AbortController();

function textOf(artifact: LiveArtifact | undefined): string {
  return Buffer.from(artifact?.body ?? "", "base64").toString();
}

describe("startWorker: an artifact that grows", () => {
  test("is shown while its node runs, and the report carries the last one", async ({ world }) => {
    const { peer, reported, store, file, bus } = world;
    const { version } = await world.start();
    let progressed = 0;
    await using _progress = bus.subscribe(subjects.progressAll, (data) => {
      progressSchema.parse(JSON.parse(new TextDecoder().decode(data)));
      progressed += 1;
    });
    const inputs = json({ file, dies: false });

    const id = peer.offer({ task: "draw", outputs: ["drawn"], inputs, version });
    await eventually(() => peer.shows.length >= 2);
    await eventually(() => progressed >= 2);
    expect(peer.reports).toEqual([]);
    await writeFile(file, "");
    const report = await reported(id);

    const [first, second] = peer.shows.map(({ artifact }) => artifact);
    expect(peer.shows[0]).toMatchObject({ taskRunId: id, claimId: report.claimId });
    expect(first).toMatchObject({ key: "chart", kind: "chart", title: "chart" });
    expect(textOf(second)).toMatch(new RegExp(`^${textOf(first)}x+$`));
    const points = Number(/\d+/.exec(JSON.stringify(report.outputs["drawn"]?.summary))?.[0]);
    const last = report.artifacts.find(({ key }) => key === "chart");
    expect(last?.sizeBytes).toBe(points);
    const bytes = await store.get(last?.blobHash ?? "", signal);
    expect(new TextDecoder().decode(bytes)).toBe("x".repeat(points));
  });

  test("of an attempt that dies is what was shown last", async ({ world }) => {
    const { peer, reported, file } = world;
    const { version } = await world.start();
    const inputs = json({ file, dies: true });

    const id = peer.offer({ task: "draw", outputs: ["drawn"], inputs, version });
    await eventually(() => peer.shows.length > 0);
    await writeFile(file, "");
    const report = await reported(id);

    expect(report).toMatchObject({ outcome: "crashed", artifacts: [] });
    expect(textOf(peer.shows[0]?.artifact)).toMatch(/^x+$/);
  });

  test("is not shown by an attempt that ends within a second", async ({ world }) => {
    const { peer, reported } = world;
    const { version } = await world.start();

    const report = await reported(
      peer.offer({ task: "talk", outputs: ["talking"], inputs: json({ fails: false }), version }),
    );

    expect(report.artifacts.map(({ key }) => key)).toContain("notes");
    expect(peer.shows).toEqual([]);
  });
});
