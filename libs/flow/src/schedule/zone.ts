/** A wall clock reading, as the milliseconds that `Date.UTC` gives for it: 06:00 in any zone is 06:00 UTC here. */
export type LocalMs = number;

const DAY_MS = 86_400_000;

/** A time zone: wall clock readings from instants, and back. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;

  /**
   * @param name - IANA name, e.g. `America/Sao_Paulo`.
   * @throws RangeError for a name that is not known.
   */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** What the wall clock reads at an instant. */
  localAt(instantMs: number): LocalMs {
    return instantMs + this.#offsetAt(instantMs);
  }

  /**
   * The instant at which the wall clock reads `local`: the first one where it does so twice, and where it never does the
   * first instant after the gap.
   */
  instantOf(local: LocalMs): number {
    const before = this.#offsetAt(local - DAY_MS);
    const after = this.#offsetAt(local + DAY_MS);
    const readings = [local - before, local - after].filter((at) => this.localAt(at) === local);
    if (readings.length > 0) return Math.min(...readings);
    return this.#endOfGap(local - Math.max(before, after), local - Math.min(before, after));
  }

  /** The first instant with the offset of `toMs`; the offset changes once between the two. */
  #endOfGap(fromMs: number, toMs: number): number {
    const wanted = this.#offsetAt(toMs);
    let [low, high] = [Math.floor(fromMs / 1000) - 1, Math.ceil(toMs / 1000)];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#offsetAt(middle * 1000) === wanted) high = middle;
      else low = middle;
    }
    return high * 1000;
  }

  #offsetAt(instantMs: number): number {
    const second = Math.floor(instantMs / 1000) * 1000;
    const part = new Map(
      this.#format.formatToParts(second).map(({ type, value }) => [type, Number(value)]),
    );
    const read = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
    const local = Date.UTC(
      read("year"),
      read("month") - 1,
      read("day"),
      read("hour"),
      read("minute"),
      read("second"),
    );
    return local - second;
  }
}
