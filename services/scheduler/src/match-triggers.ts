import { type Json, type JsonObject, subjectMatches } from "@weirflow/contracts";
import { matchesEvent, paramsFromEvent, validateJson } from "@weirflow/flow";
import type { DeployedTrigger, EventMatches } from "@weirflow/store";
import type { ReadEvent } from "./read-event.ts";

/** What an event starts, and which triggers it cannot start, with the reason. */
export interface Matched {
  readonly matches: EventMatches["matches"];
  readonly problems: readonly string[];
}

/** Finds the triggers that a message concerns, and the parameters that it gives them. */
export function matchTriggers(
  triggers: readonly DeployedTrigger[],
  { event, type }: Pick<ReadEvent, "event" | "type">,
  subject: string,
): Matched {
  const concerned = triggers.filter(
    ({ spec }) => concerns(spec, subject, type) && matchesEvent(spec.match, event),
  );
  const matches: EventMatches["matches"][number][] = [];
  const problems: string[] = [];
  for (const trigger of concerned) {
    const { spec, flow, deploymentId } = trigger;
    const checked = paramsOf(trigger, event);
    if (checked.ok) matches.push({ deploymentId, slug: spec.slug, params: checked.value });
    else problems.push(`trigger "${spec.slug}" of flow "${flow}": ${checked.reason}`);
  }
  return { matches, problems };
}

function concerns(
  spec: DeployedTrigger["spec"],
  subject: string,
  type: string | undefined,
): boolean {
  return spec.kind === "event" ? spec.of === type : subjectMatches(spec.of, subject);
}

type CheckedParams =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly reason: string };

function paramsOf(
  { spec, params, paramsSchema }: DeployedTrigger,
  event: JsonObject,
): CheckedParams {
  const { data } = event;
  if (spec.dataSchema !== undefined) {
    const fits = validateJson(spec.dataSchema, data);
    if (!fits.ok) return { ok: false, reason: `data ${say(fits.problems)}` };
  }
  if (spec.dataAsParams && data !== undefined && !isObject(data))
    return { ok: false, reason: "the data are the parameters, so they must be a JSON object" };
  const checked = validateJson(paramsSchema, { ...params, ...paramsFromEvent(spec, event) });
  return checked.ok ? checked : { ok: false, reason: `parameters ${say(checked.problems)}` };
}

function isObject(data: Json): boolean {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

function say(problems: readonly { readonly path: string; readonly message: string }[]): string {
  return problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
}
