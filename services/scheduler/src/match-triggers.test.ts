import { type JsonObject, parseDeploymentId, triggerSpecSchema } from "@weirflow/contracts";
import type { DeployedTrigger } from "@weirflow/store";
import { describe, expect, test } from "vitest";
import { matchTriggers } from "./match-triggers.ts";

const deploymentId = parseDeploymentId("01999999-0000-7000-8000-000000000001");
const trigger = (spec: JsonObject, more: Partial<DeployedTrigger> = {}): DeployedTrigger => ({
  deploymentId,
  flow: "absenteeism",
  spec: triggerSpecSchema.parse({ slug: "updated", kind: "event", of: "dataset.updated", ...spec }),
  params: {},
  paramsSchema: {
    type: "object",
    properties: { rawData: { type: "string" }, limit: { type: "integer", default: 10 } },
    required: ["rawData"],
    additionalProperties: false,
  },
  ...more,
});
const mapped = { params: { rawData: { kind: "event", path: ["data", "path"] } } };
const event = (data: JsonObject | string): { event: JsonObject; type: string } => ({
  event: { type: "dataset.updated", data },
  type: "dataset.updated",
});
const subject = "weir.evt.dataset.updated";

describe("matchTriggers", () => {
  test("maps an event to parameters, over those of the deployment, with defaults", () => {
    const triggers = [trigger(mapped, { params: { rawData: "old.csv", limit: 3 } })];

    const matched = matchTriggers(triggers, event({ path: "a.csv" }), subject);

    expect(matched).toEqual({
      matches: [{ deploymentId, slug: "updated", params: { rawData: "a.csv", limit: 3 } }],
      problems: [],
    });
    expect(matchTriggers([trigger(mapped)], event({ path: "a.csv" }), subject).matches).toEqual([
      { deploymentId, slug: "updated", params: { rawData: "a.csv", limit: 10 } },
    ]);
  });

  test("takes the whole data for the parameters where the trigger says so", () => {
    const matched = matchTriggers(
      [trigger({ dataAsParams: true })],
      event({ rawData: "b.csv" }),
      subject,
    );

    expect(matched.matches).toEqual([
      { deploymentId, slug: "updated", params: { rawData: "b.csv", limit: 10 } },
    ]);
  });

  test("leaves alone who asks for another type, or for other values", () => {
    const triggers = [
      trigger({ of: "dataset.deleted" }),
      trigger({ match: { "data.name": "absenteeism" } }),
      trigger({ kind: "subject", of: "ingest.>" }),
    ];

    expect(matchTriggers(triggers, event({ name: "iris" }), subject)).toEqual({
      matches: [],
      problems: [],
    });
  });

  test("finds triggers of subjects by their pattern, whatever the message is", () => {
    const triggers = [trigger({ kind: "subject", of: "ingest.*.new", dataAsParams: true })];
    const read = { event: { data: { rawData: "c.csv" } }, type: undefined };

    expect(matchTriggers(triggers, read, "ingest.absenteeism.new").matches).toHaveLength(1);
    expect(matchTriggers(triggers, read, "ingest.absenteeism.old").matches).toHaveLength(0);
  });

  test("says which trigger cannot fire and why, and lets the others fire", () => {
    const dataSchema = {
      type: "object",
      properties: { path: { type: "string" } },
      required: ["path"],
    };
    const triggers = [
      trigger({ ...mapped, slug: "strict", dataSchema }),
      trigger({ slug: "untold" }),
      trigger({ slug: "whole", dataAsParams: true }),
      trigger({ ...mapped, slug: "fine" }, { params: { rawData: "default.csv" } }),
    ];

    const { matches, problems } = matchTriggers(triggers, event({ rawData: 5 }), subject);

    expect(matches.map((match) => match.slug)).toEqual(["fine"]);
    expect(problems).toEqual([
      expect.stringMatching(/^trigger "strict" of flow "absenteeism": data .*path/),
      expect.stringMatching(/^trigger "untold" of flow "absenteeism": parameters .*rawData/),
      expect.stringMatching(/^trigger "whole" of flow "absenteeism": parameters .*rawData/),
    ]);
  });

  test("does not start a run of defaults from a message that should be the parameters and is none", () => {
    const triggers = [trigger({ dataAsParams: true }, { params: { rawData: "default.csv" } })];

    expect(matchTriggers(triggers, event("garbage"), subject)).toEqual({
      matches: [],
      problems: [expect.stringContaining("must be a JSON object")],
    });
  });
});
