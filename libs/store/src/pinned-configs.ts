import type { JsonObject } from "@weirflow/contracts";
import { sql } from "kysely";
import { ConfigMissingError } from "./errors.ts";
import type { HeldRun } from "./held-run.ts";
import type { Trx } from "./in-transaction.ts";

/** The bodies of the config versions that runs pinned. */
export class PinnedBodies {
  readonly #bodies: ReadonlyMap<string, JsonObject>;

  private constructor(bodies: ReadonlyMap<string, JsonObject>) {
    this.#bodies = bodies;
  }

  /** Reads what these runs pinned; nothing when they pinned nothing. */
  static async load(trx: Trx, runs: Iterable<HeldRun>): Promise<PinnedBodies> {
    const pins = [...runs].flatMap((run) => Object.values(run.row.configs));
    if (pins.length === 0) return new PinnedBodies(new Map());
    const { rows } = await sql<{ name: string; version: number; body: JsonObject }>`
      select c.name, c.version, c.body from config_versions c
      join (select distinct p.* from jsonb_to_recordset(${JSON.stringify(pins)}::jsonb) as p(name text, version int)) p
        using (name, version)`.execute(trx);
    return new PinnedBodies(new Map(rows.map((row) => [`${row.name}@${row.version}`, row.body])));
  }

  /** The bodies of a run, by the key under which its flow reads them. */
  of({ row }: HeldRun): Readonly<Record<string, JsonObject>> {
    return Object.fromEntries(
      Object.entries(row.configs).map(([key, { name, version }]) => {
        const body = this.#bodies.get(`${name}@${version}`);
        if (body === undefined) throw new ConfigMissingError(name);
        return [key, body];
      }),
    );
  }
}
