import { relative } from "node:path";
import type { ErrorView, RunView } from "@weirflow/client";
import type { Json } from "@weirflow/contracts";
import type { Console } from "../console.ts";
import type { DemoData } from "./demo-data.ts";
import { errorLines } from "../run/run-lines.ts";
import type { SavedArtifact } from "./save-artifacts.ts";

/** Everything that the demo has to say; the shape of `--json`. */
export interface DemoSummary {
  readonly run: { readonly id: string; readonly state: string; readonly error: ErrorView | null };
  readonly results: Readonly<Record<string, Json | object>>;
  readonly artifacts: readonly SavedArtifact[];
  readonly lineage: RunView["lineage"];
  readonly traceId: string | null;
  readonly data: DemoData;
  readonly urls: { readonly graphql: string; readonly nats: string };
}

/** Shows the summary, or prints it as one JSON object. */
export function demoReport(console: Console, summary: DemoSummary, seconds: number): void {
  const { run, results, artifacts, lineage, traceId, urls } = summary;
  console.json(summary);
  console.line(`run       ${run.id} ${run.state}`);
  for (const line of errorLines(run.error)) console.line(line);
  for (const line of resultLines(results)) console.line(`result    ${line}`);
  for (const { key, kind, path } of artifacts)
    console.line(`artifact  ${kind.padEnd(8)} ${key.padEnd(14)} ${relative(".", path)}`);
  console.line(
    `lineage   ${lineage.nodeExecutions} nodes, ${lineage.values} values, ${lineage.bytes.toLocaleString("en")} bytes`,
  );
  console.line(`trace     ${traceId ?? "none"}`);
  console.line(`graphql   ${urls.graphql}`);
  console.line(`total     ${seconds.toFixed(1)} s`);
}

function resultLines(results: DemoSummary["results"]): readonly string[] {
  return Object.entries(results).flatMap(([name, value]) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [`${name} ${short(value)}`];
    return Object.entries(value).map(([field, part]) => `${name}.${field} ${short(part)}`);
  });
}

/** As much of a value as fits a line or two. */
function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length <= 160 ? text : `${text.slice(0, 160)}…`;
}
