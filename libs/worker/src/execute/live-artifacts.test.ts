import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CollectedArtifact, SavedArtifact } from "../slot/slot-messages.ts";
import { LIVE_INTERVAL_MS, LiveArtifacts } from "./live-artifacts.ts";

const KIB = 1_024;

function artifact(key: string, text: string): CollectedArtifact {
  const bytes = new TextEncoder().encode(text);
  return { key, kind: "chart", title: key, mediaType: "image/svg+xml", bytes };
}

function sized(key: string, sizeBytes: number): CollectedArtifact {
  return { ...artifact(key, ""), bytes: new Uint8Array(sizeBytes) };
}

/** Remembers what is shown, as `key=text`. */
function watched(nowMs?: () => number): {
  readonly live: LiveArtifacts;
  readonly shown: string[];
  readonly all: SavedArtifact[];
} {
  const shown: string[] = [];
  const all: SavedArtifact[] = [];
  const live = new LiveArtifacts({
    ...(nowMs === undefined ? {} : { nowMs }),
    show: (one) => {
      all.push(one);
      shown.push(`${one.key}=${new TextDecoder().decode(one.bytes)}`);
    },
  });
  return { live, shown, all };
}

describe("LiveArtifacts", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("shows what was saved last of each key, a second after the first", () => {
    const { live, shown, all } = watched();

    live.saved(artifact("chart", "1"));
    live.saved(artifact("table", "a"));
    vi.advanceTimersByTime(LIVE_INTERVAL_MS - 1);
    live.saved(artifact("chart", "1 2"));
    expect(shown).toEqual([]);
    vi.advanceTimersByTime(1);

    expect(shown).toEqual(["chart=1 2", "table=a"]);
    expect(all.map(({ sequence }) => sequence)).toEqual([3, 2]);
    live[Symbol.dispose]();
  });

  test("shows nothing of what ends within a second", () => {
    const { live, shown } = watched();
    live.saved(artifact("chart", "1"));

    live[Symbol.dispose]();
    vi.advanceTimersByTime(10_000);

    expect(shown).toEqual([]);
  });

  test("shows what a node saves that never gives the thread back", () => {
    let now = 0;
    const { live, shown } = watched(() => now);

    for (; now < 3_500; now += 500) live.saved(artifact("chart", String(now)));

    expect(shown).toEqual(["chart=1000", "chart=2500"]);
    live[Symbol.dispose]();
  });

  test("leaves what is larger than 64 KiB to the report", () => {
    const { live, all } = watched();

    live.saved(sized("large", 64 * KIB + 1));
    live.saved(sized("just", 64 * KIB));
    vi.advanceTimersByTime(LIVE_INTERVAL_MS);

    expect(all.map(({ key }) => key)).toEqual(["just"]);
    live[Symbol.dispose]();
  });

  test("shows 256 KiB of one attempt at most; what is replaced does not count", () => {
    const { live, all } = watched();

    for (const key of ["a", "b", "c", "d", "d", "d"]) live.saved(sized(key, 60 * KIB));
    live.saved(sized("e", 17 * KIB));
    live.saved(sized("f", 16 * KIB));
    vi.advanceTimersByTime(LIVE_INTERVAL_MS);

    expect(all.map(({ key }) => key)).toEqual(["a", "b", "c", "d", "f"]);
    live[Symbol.dispose]();
  });

  test("shows nothing more once it is over", () => {
    const { live, shown } = watched();
    live.saved(artifact("a", "1"));
    live[Symbol.dispose]();

    live.saved(artifact("a", "2"));
    vi.advanceTimersByTime(2 * LIVE_INTERVAL_MS);

    expect(shown).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("for any saving and waiting: at most once a second, in order, and the last one is seen", () => {
    const step = fc.oneof(
      fc.record({ key: fc.constantFrom("a", "b", "c") }),
      fc.record({ waitMs: fc.integer({ min: 1, max: 2_500 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const flushes: number[] = [];
        const shown: SavedArtifact[] = [];
        const last = new Map<string, string>();
        let saved = 0;
        const live = new LiveArtifacts({
          nowMs: () => Date.now(),
          show: (one) => {
            if (flushes.at(-1) !== Date.now()) flushes.push(Date.now());
            shown.push(one);
          },
        });

        for (const one of steps) {
          if ("waitMs" in one) vi.advanceTimersByTime(one.waitMs);
          else {
            saved += 1;
            last.set(one.key, String(saved));
            live.saved(artifact(one.key, String(saved)));
          }
        }
        vi.advanceTimersByTime(LIVE_INTERVAL_MS);
        live[Symbol.dispose]();

        const seen = new Map(
          shown.map(({ key, bytes }) => [key, new TextDecoder().decode(bytes)] as const),
        );
        expect(seen).toEqual(last);
        for (const key of last.keys()) {
          const order = shown.filter((one) => one.key === key).map(({ sequence }) => sequence);
          expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
        }
        for (const [index, at] of flushes.entries())
          expect(at - (flushes[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(LIVE_INTERVAL_MS);
      }),
    );
  });
});
