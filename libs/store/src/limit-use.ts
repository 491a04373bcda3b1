import { sql } from "kysely";
import type { Trx } from "./in-transaction.ts";

/**
 * How much of each limit is used, counted over valid tokens: running attempts.
 *
 * The rows of the limits stay locked until the transaction ends, so two batches never count past each other.
 */
export class LimitUse {
  readonly #free: Map<string, number>;

  private constructor(free: Map<string, number>) {
    this.#free = free;
  }

  /** Locks the limits of these tags; a tag without a row has no limit. */
  static async load(trx: Trx, tags: readonly string[]): Promise<LimitUse> {
    const wanted = [...new Set(tags)];
    if (wanted.length === 0) return new LimitUse(new Map());
    const limits = await trx
      .selectFrom("limits")
      .selectAll()
      .where("tag", "=", sql<string>`any(${wanted}::text[])`)
      .orderBy("tag")
      .forUpdate()
      .execute();
    const { rows: used } = await sql<{ tag: string; count: number }>`
      select tag, count(distinct id)::int as count from task_runs, unnest(concurrency) tag
      where state = 'RUNNING' and concurrency && ${wanted}::text[] group by tag`.execute(trx);
    const counts = new Map(used.map((row) => [row.tag, row.count]));
    return new LimitUse(
      new Map(limits.map(({ tag, slots }) => [tag, slots - (counts.get(tag) ?? 0)])),
    );
  }

  /** The first of these tags that has no slot left. */
  firstFull(tags: readonly string[]): string | undefined {
    return tags.find((tag) => (this.#free.get(tag) ?? Infinity) <= 0);
  }

  /** Takes a slot of each of these tags. */
  take(tags: readonly string[]): void {
    for (const tag of new Set(tags)) {
      const free = this.#free.get(tag);
      if (free !== undefined) this.#free.set(tag, free - 1);
    }
  }
}
