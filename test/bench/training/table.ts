import type { Candidate } from "./measure.ts";

/** Batches a second of each model, or why there are none. */
export interface Measured {
  readonly device: string;
  readonly speeds: ReadonlyMap<string, number | string>;
}

/** A Markdown table of models and back ends, with ratios to the two that are published. */
export function tableOf(measured: ReadonlyMap<Candidate, Measured>): string {
  const subjects = new Set([...measured.values()].flatMap(({ speeds }) => [...speeds.keys()]));
  const rows = [...subjects].flatMap((subject) =>
    [...measured].map(([name, { device, speeds }]) => {
      const speed = speeds.get(subject);
      const ratio = (to: Candidate): string =>
        ratioOf(speed, measured.get(to)?.speeds.get(subject));
      return [subject, name, device, shown(speed), ratio("cpu"), ratio("stock-wasm")];
    }),
  );
  return aligned([["model", "back end", "device", "batches/s", "÷ cpu", "÷ stock-wasm"], ...rows]);
}

/** Why some back end cannot train some model. */
export function reasonsOf(measured: ReadonlyMap<Candidate, Measured>): readonly string[] {
  return [...measured].flatMap(([name, { speeds }]) =>
    [...speeds].flatMap(([subject, speed]) =>
      typeof speed === "string" ? [`${name} cannot train ${subject}: ${speed}`] : [],
    ),
  );
}

function shown(speed: number | string | undefined): string {
  return typeof speed === "number" ? String(Number(speed.toPrecision(3))) : "cannot";
}

function ratioOf(speed: number | string | undefined, to: number | string | undefined): string {
  return typeof speed === "number" && typeof to === "number" ? `${(speed / to).toFixed(1)}×` : "";
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...body.map(line)].join("\n");
}
