import type { ClaimRequest, ShowAnswer, ShowRequest } from "@weirflow/contracts";
import { eventually } from "@weirflow/testing";
import { sql } from "kysely";
import { describe, expect } from "vitest";
import { later, sweepAll } from "./fixtures/clock.ts";
import { begin, call } from "./fixtures/flows.ts";
import { signal, storeTest as test } from "./fixtures/store-test.ts";
import { claimCall, report, reportOf, token } from "./fixtures/workers.ts";
import type { Store } from "./open-store.ts";
import { artifactsOfRuns, type ArtifactWithBody, findArtifact } from "./read/read-artifacts.ts";
import { reportAttempts } from "./report-attempts.ts";
import { showArtifacts } from "./show-artifacts.ts";

interface Said {
  readonly key?: string;
  readonly sequence: number;
  readonly text: string;
  readonly title?: string;
}

/** What the worker of a claim shows. */
function showOf({ taskRunId, claimId }: ClaimRequest, said: Said): ShowRequest {
  const { key = "chart", sequence, text, title = "Losses" } = said;
  const body = Buffer.from(text).toString("base64");
  const mediaType = "image/svg+xml";
  const artifact = { key, kind: "chart" as const, title, mediaType, sequence, body };
  return { v: 1, taskRunId, claimId, artifact };
}

async function show(store: Store, claim: ClaimRequest, said: Said): Promise<ShowAnswer> {
  const [answer] = await showArtifacts(store, [showOf(claim, said)], signal);
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

/** What somebody who looks at the artifact sees. */
async function seen(
  store: Store,
  place: { readonly runId: string; readonly taskRunId: string },
  key = "chart",
): Promise<ArtifactWithBody & { readonly text: string | undefined }> {
  const artifact = await findArtifact(store, { ...place, key }, signal);
  if (artifact === undefined) throw new Error("there is no such artifact");
  const text = artifact.body === null ? undefined : Buffer.from(artifact.body).toString();
  return { ...artifact, text };
}

const final = {
  key: "chart",
  kind: "chart" as const,
  title: "All losses",
  mediaType: "image/svg+xml",
  blobHash: "d".repeat(64),
  sizeBytes: 12,
};

describe("an artifact that is shown", () => {
  test("is seen while its attempt runs, with its bytes, size and hash", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const claim = await claimCall(store, runId, "a");

    const answer = await show(store, claim, { sequence: 1, text: "<svg/>" });

    expect(answer).toEqual({ verdict: "shown" });
    expect(await seen(store, { runId, ...claim })).toMatchObject({
      text: "<svg/>",
      kind: "chart",
      title: "Losses",
      sizeBytes: 6,
      blobHash: "d4dc56669143034f31aa309635d4113d9ad76a02b1739da22c965ed2049be9e6",
    });
    const rows = await artifactsOfRuns(store, [runId], signal);
    expect(rows).toMatchObject([{ key: "chart", sizeBytes: 6 }]);
    expect(rows[0]).not.toHaveProperty("body");
  });

  test("takes the place of the one before; one that comes late does not", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const claim = await claimCall(store, runId, "a");
    await show(store, claim, { sequence: 2, text: "two" });
    const { id, createdAt } = await seen(store, { runId, ...claim });
    await later(store, 5_000);

    expect(await show(store, claim, { sequence: 5, text: "five" })).toEqual({ verdict: "shown" });
    expect(await show(store, claim, { sequence: 4, text: "four" })).toEqual({ verdict: "shown" });
    expect(await show(store, claim, { sequence: 5, text: "again" })).toEqual({ verdict: "shown" });

    const now = await seen(store, { runId, ...claim });
    expect(now).toMatchObject({ id, createdAt, text: "five" });
    expect(now.updatedAt.getTime()).toBeGreaterThanOrEqual(createdAt.getTime() + 5_000);
  });

  test("may come with others of its key, and of other tasks, in one batch", async ({ store }) => {
    const runId = await begin(store, [call("a"), call("b")]);
    const [a, b] = [await claimCall(store, runId, "a"), await claimCall(store, runId, "b")];

    const answers = await showArtifacts(
      store,
      [
        showOf(b, { sequence: 1, text: "b" }),
        showOf(a, { sequence: 3, text: "third" }),
        showOf({ ...a, claimId: token() }, { sequence: 9, text: "stranger" }),
        showOf(a, { sequence: 2, text: "second" }),
        showOf(a, { sequence: 4, text: "other", key: "table" }),
      ],
      signal,
    );

    expect(answers.map(({ verdict }) => verdict)).toEqual([
      "shown",
      "shown",
      "stale",
      "shown",
      "shown",
    ]);
    expect((await seen(store, { runId, ...a })).text).toBe("third");
    expect((await seen(store, { runId, ...a }, "table")).text).toBe("other");
    expect((await seen(store, { runId, ...b })).text).toBe("b");
  });

  test("with a title that no text of Postgres can hold is shown all the same", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const claim = await claimCall(store, runId, "a");

    await show(store, claim, { sequence: 1, text: "x", title: "a\0b\uD800" });

    expect((await seen(store, { runId, ...claim })).title).toBe("a\uFFFDb\uFFFD");
  });
});

describe("the report of an attempt", () => {
  test("replaces what was shown, and the bytes leave the row", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const claim = await claimCall(store, runId, "a");
    await show(store, claim, { sequence: 7, text: "live" });
    const { id } = await seen(store, { runId, ...claim });

    await report(store, reportOf(claim, { artifacts: [final] }));

    expect(await seen(store, { runId, ...claim })).toMatchObject({
      id,
      title: "All losses",
      body: null,
      blobHash: final.blobHash,
      sizeBytes: 12,
    });
  });

  test("ends the showing: what comes after it changes nothing (R3)", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const claim = await claimCall(store, runId, "a");
    await report(store, reportOf(claim, { artifacts: [final] }));

    const answer = await show(store, claim, { sequence: 99, text: "late" });

    expect(answer).toEqual({ verdict: "stale", reason: "the attempt of this token is over" });
    expect(await seen(store, { runId, ...claim })).toMatchObject({ blobHash: final.blobHash });
  });

  test("under way makes showing wait, and then it is too late", async ({ store }) => {
    const runId = await begin(store, [call("a")]);
    const claim = await claimCall(store, runId, "a");
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(store.db);
      return rows.length > 0;
    };

    const showing = await store.db.transaction().execute(async (trx) => {
      await sql`select id from runs where id = ${runId} for update`.execute(trx);
      const asked = show(store, claim, { sequence: 1, text: "meanwhile" });
      await eventually(isWaiting);
      await sql`update task_runs set state = 'COMPLETED', claim_id = null where run_id = ${runId}`.execute(
        trx,
      );
      return { asked };
    });

    expect(await showing.asked).toMatchObject({ verdict: "stale" });
    expect(await artifactsOfRuns(store, [runId], signal)).toEqual([]);
  });

  test("races with showing in any order, and wins", async ({ store }) => {
    const runs = await Promise.all(
      Array.from({ length: 8 }, async () => await begin(store, [call("a"), call("b")])),
    );
    const claims = await Promise.all(
      runs.map(async (runId) => ({
        runId,
        claims: [await claimCall(store, runId, "a"), await claimCall(store, runId, "b")],
      })),
    );
    const all = claims.flatMap(({ claims: ofRun }) => ofRun);
    const shows = async (sequence: number): Promise<void> =>
      void (await showArtifacts(
        store,
        all.toReversed().map((claim) => showOf(claim, { sequence, text: `${sequence}` })),
        signal,
      ));
    const reports = all.map((claim) => reportOf(claim, { artifacts: [final] }));

    await Promise.all([
      shows(1),
      shows(2),
      reportAttempts(store, reports, signal),
      shows(3),
      ...reports.map(async (one) => await reportAttempts(store, [one], signal)),
      shows(4),
    ]);

    const rows = await artifactsOfRuns(store, runs, signal);
    expect(rows).toHaveLength(16);
    expect(new Set(rows.map(({ blobHash }) => blobHash))).toEqual(new Set([final.blobHash]));
  });
});

describe("an attempt whose worker fell silent", () => {
  test("leaves its last picture; its zombie shows nothing more, its heir does (R3)", async ({
    store,
  }) => {
    const runId = await begin(store, [call("a")]);
    const zombie = await claimCall(store, runId, "a");
    await show(store, zombie, { sequence: 3, text: "epoch 3" });
    await later(store, 20_000);
    await sweepAll(store);

    expect((await seen(store, { runId, ...zombie })).text).toBe("epoch 3");
    const heir = await claimCall(store, runId, "a");
    const verdicts = [
      await show(store, zombie, { sequence: 4, text: "epoch 4 of the zombie" }),
      await show(store, heir, { sequence: 1, text: "epoch 4" }),
      await show(store, zombie, { sequence: 5, text: "epoch 5 of the zombie" }),
    ].map(({ verdict }) => verdict);

    expect(verdicts).toEqual(["stale", "shown", "stale"]);
    expect((await seen(store, { runId, ...heir })).text).toBe("epoch 4");
    expect(await store.db.selectFrom("artifacts").select(["attempt"]).execute()).toHaveLength(2);
  });
});
