import type { Best } from "./early-stop.ts";
import { type NamedArray, packArrays, unpackArrays } from "./packed-arrays.ts";
import { UnreadableModelError } from "../errors.ts";
import type { EpochResult } from "./training-options.ts";

/** All that another attempt needs to go on where this one is. */
export interface TrainingState {
  /** The epoch that is under way or comes next, from 1. */
  readonly epoch: number;
  /** Batches of it that are done. */
  readonly batch: number;
  /** Of the batches that are done, summed over samples. */
  readonly sums: EpochSums;
  readonly history: readonly EpochResult[];
  readonly best?: Best | undefined;
  readonly weights: readonly NamedArray[];
  readonly optimizer: readonly NamedArray[];
}

/** What an epoch has added up so far. */
export interface EpochSums {
  readonly loss: number;
  readonly right: number;
  readonly samples: number;
}

/** Nothing yet. */
export const noSums: EpochSums = { loss: 0, right: 0, samples: 0 };

interface About extends Pick<TrainingState, "epoch" | "batch" | "sums" | "history"> {
  readonly fingerprint: string;
  readonly best?: Omit<Best, "weights"> | undefined;
}

const GROUPS = ["weights", "optimizer", "best"] as const;

/** @param fingerprint - of the training that this is a state of. */
export function packState(state: TrainingState, fingerprint: string): Uint8Array {
  const { weights, optimizer, best, ...rest } = state;
  const about: About = {
    ...rest,
    fingerprint,
    ...(best === undefined ? {} : { best: { epoch: best.epoch, value: best.value } }),
  };
  const groups = { weights, optimizer, best: best?.weights ?? [] };
  const arrays = GROUPS.flatMap((group) =>
    groups[group].map((array) => ({ ...array, name: `${group}:${array.name}` })),
  );
  return packArrays({ about, arrays });
}

/**
 * Reads a state.
 *
 * @returns `undefined` for the state of another training.
 * @throws {@link UnreadableModelError} `compute/unreadable-model`.
 */
export function unpackState(bytes: Uint8Array, fingerprint: string): TrainingState | undefined {
  const { about, arrays } = unpackArrays(bytes);
  if (!isAbout(about)) throw new UnreadableModelError("it is no checkpoint");
  if (about.fingerprint !== fingerprint) return undefined;
  const { fingerprint: _, best, ...rest } = about;
  const group = (name: (typeof GROUPS)[number]): readonly NamedArray[] =>
    arrays
      .filter((array) => array.name.startsWith(`${name}:`))
      .map((array) => ({ ...array, name: array.name.slice(name.length + 1) }));
  return {
    ...rest,
    ...(best === undefined ? {} : { best: { ...best, weights: group("best") } }),
    weights: group("weights"),
    optimizer: group("optimizer"),
  };
}

/** Only this module writes such bytes, and their hash is checked on the way, so a name is enough. */
function isAbout(about: unknown): about is About {
  return typeof about === "object" && about !== null && "fingerprint" in about && "epoch" in about;
}
