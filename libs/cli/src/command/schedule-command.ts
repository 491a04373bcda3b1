import { existsSync } from "node:fs";
import { deployment, pauseSchedule, type ScheduleView } from "@weirflow/client";
import type { ScheduleSpec } from "@weirflow/contracts";
import { nextOccurrence } from "@weirflow/flow";
import { systemClock } from "@weirflow/lifecycle";
import { Command } from "commander";
import { soundFlows } from "../flow/one-flow.ts";
import {
  clientFor,
  type CommandContext,
  consoleFor,
  type ServerOptions,
  withServer,
} from "./context.ts";
import { wholeNumber } from "./parameters.ts";

/** `weir schedule preview | pause | resume` */
export function scheduleCommand(context: CommandContext): Command {
  return new Command("schedule")
    .description("Look at schedules, pause them, let them go on.")
    .addCommand(previewCommand(context))
    .addCommand(pauseCommand(context, "pause"))
    .addCommand(pauseCommand(context, "resume"));
}

interface PreviewOptions extends ServerOptions {
  readonly count: number;
}

/** The next occurrences of one schedule. */
interface Preview {
  readonly flow: string;
  readonly slug: string;
  readonly spec: object;
  readonly next: readonly string[];
}

function previewCommand(context: CommandContext): Command {
  return withServer(new Command("preview"))
    .description("Show the next occurrences of schedules, of flow files or of a deployment.")
    .argument("<flow>", "a file or folder, or a deployment: flow, flow/name, or its id")
    .option("--count <count>", "of each schedule; of a deployment, five", wholeNumber(1, 1_000), 5)
    .action(async (flow: string, options: PreviewOptions) => {
      const previews = existsSync(flow)
        ? await previewFiles(flow, options.count, context.signal)
        : await previewDeployment(context, flow, options);
      const console = consoleFor(context, options);
      for (const { flow: name, slug, next } of previews) {
        console.line(`${name} ${slug}`);
        for (const at of next) console.line(`  ${at}`);
      }
      if (previews.length === 0) console.line("no schedules");
      console.json({ schedules: previews });
    });
}

async function previewFiles(
  path: string,
  count: number,
  signal: AbortSignal,
): Promise<readonly Preview[]> {
  const now = systemClock.now();
  const flows = await soundFlows([path], signal);
  return flows.flatMap(({ manifest }) =>
    manifest.schedules.map((spec) => ({
      flow: manifest.flow,
      slug: spec.slug,
      spec,
      next: nextOf(spec, now, count),
    })),
  );
}

/** The first occurrences, as if the schedule were deployed now. */
function nextOf(spec: ScheduleSpec, now: Date, count: number): readonly string[] {
  const next: string[] = [];
  let at = nextOccurrence(spec, now, now);
  while (at !== null && next.length < count) {
    next.push(at.toISOString());
    at = nextOccurrence(spec, at, now);
  }
  return next;
}

async function previewDeployment(
  context: CommandContext,
  ref: string,
  options: PreviewOptions,
): Promise<readonly Preview[]> {
  const found = await deployment(clientFor(context, options), ref, context.signal);
  return found.schedules.map(({ slug, spec, next }: ScheduleView) => ({
    flow: `${found.flow.name}/${found.name}`,
    slug,
    spec,
    next: next.slice(0, options.count),
  }));
}

function pauseCommand(context: CommandContext, verb: "pause" | "resume"): Command {
  return withServer(new Command(verb))
    .description(verb === "pause" ? "Pause a schedule." : "Let a paused schedule go on.")
    .argument("<deployment>", "flow, flow/name, or the id of a deployment")
    .argument("<slug>", "of the schedule")
    .action(async (ref: string, slug: string, options: ServerOptions) => {
      const input = { deployment: ref, slug, paused: verb === "pause" };
      const saved = await pauseSchedule(clientFor(context, options), input, context.signal);
      const console = consoleFor(context, options);
      console.line(`${slug} is ${saved.paused ? "paused" : `on, next ${saved.nextAt ?? "never"}`}`);
      console.json({ schedule: saved });
    });
}
