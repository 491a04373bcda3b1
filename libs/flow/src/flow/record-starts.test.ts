import { expect, test } from "vitest";
import * as z from "zod";
import { task } from "../task/task.ts";
import { onEvent, onSubject } from "../trigger/trigger.ts";
import { flow } from "./flow.ts";
import { recordFlow } from "./record-flow.ts";

const rows = ({ path, count }: { path: string; count: number }): readonly string[] =>
  Array<string>(count).fill(path);
const read = task({ name: "read", modules: [{ rows }], outputs: ["rows"] });
const params = z.object({ path: z.string(), count: z.int().default(3) });

test("recordFlow writes schedules and triggers as data, each with a slug", () => {
  const timed = flow({
    name: "timed",
    params,
    schedules: [
      { daily: "6:00", timeZone: "America/Sao_Paulo" },
      { daily: "18:00", params: { path: "evening.csv" } },
      { cron: "0 9 * * 1", slug: "weekly", catchUp: "skip", overlap: "skip" },
      { every: { hours: 1, minutes: 30 } },
      { every: { days: 2 } },
    ],
    triggers: [
      onEvent("dataset.updated", {
        match: { "data.name": "x" },
        data: z.object({ file: z.string() }),
        params: ({ data }) => ({ path: data.file, count: 4 }),
      }),
      onSubject("ingest.absenteeism.>"),
      onEvent("plain"),
    ],
    run: ({ params }) => read({ path: params.path, count: params.count }),
  });

  const { schedules, triggers } = recordFlow(timed);

  const rest = { timeZone: "UTC", catchUp: "latest", overlap: "allow", params: {} };
  expect(schedules).toEqual([
    { ...rest, kind: "daily", at: "06:00", slug: "daily", timeZone: "America/Sao_Paulo" },
    { ...rest, kind: "daily", at: "18:00", slug: "daily-2", params: { path: "evening.csv" } },
    {
      ...rest,
      kind: "cron",
      cron: "0 9 * * 1",
      slug: "weekly",
      catchUp: "skip",
      overlap: "skip",
    },
    { ...rest, kind: "every", everyMs: 5_400_000, slug: "every" },
    { ...rest, kind: "every", days: 2, slug: "every-2" },
  ]);
  expect(triggers).toMatchObject([
    {
      slug: "event",
      kind: "event",
      of: "dataset.updated",
      match: { "data.name": "x" },
      dataSchema: { required: ["file"] },
      params: {
        path: { kind: "event", path: ["data", "file"] },
        count: { kind: "value", value: 4 },
      },
      dataAsParams: false,
    },
    { slug: "subject", kind: "subject", of: "ingest.absenteeism.>", dataAsParams: true },
    { slug: "event-2", kind: "event", of: "plain", dataAsParams: true },
  ]);
  expect(triggers[0]?.dataSchema).not.toHaveProperty("additionalProperties");
});
