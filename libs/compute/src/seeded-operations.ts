import type { TensorFlow } from "./tensor-backend.ts";
import { type Random, seededRandom } from "./train/seeded-random.ts";

/** Where the random operations of TensorFlow.js take their seed, counted from 0. */
const seedAt = {
  dropout: 3,
  multinomial: 2,
  randomGamma: 4,
  randomNormal: 4,
  randomStandardNormal: 2,
  randomUniform: 4,
  randomUniformInt: 3,
  truncatedNormal: 4,
} as const satisfies Partial<Record<keyof TensorFlow, number>>;

/**
 * TensorFlow.js whose random operations draw the same numbers every time: the seed of each call follows from `seed` and from
 * how many there were before, unless the call has one. Draws of `tf.multinomial` differ between back ends.
 *
 * @internal
 */
export function withSeededOperations(tf: TensorFlow, seed: number): TensorFlow {
  const random = seededRandom(seed);
  const seeded = Object.entries(seedAt).map(([name, at]) => {
    // each of the names is a function whose parameter `at` is its seed
    const operation = tf[name as keyof typeof seedAt] as (...args: unknown[]) => unknown;
    return [name, { value: seedingCall(operation, at, random), enumerable: true }] as const;
  });
  // everything else is read through
  return Object.create(tf, Object.fromEntries(seeded)) as TensorFlow;
}

function seedingCall(
  operation: (...args: unknown[]) => unknown,
  at: number,
  random: Random,
): (...args: unknown[]) => unknown {
  return (...args) => {
    const all = Array.from({ length: Math.max(args.length, at + 1) }, (_, index) => args[index]);
    all[at] ||= 1 + Math.floor(random() * 0x7fff_fffe); // TensorFlow.js takes 0 for none, too
    return operation(...all);
  };
}
