import type { EndOutcome } from "../decide-task-run.ts";
import type { Worker, World } from "./task-run-world.ts";

type Step = readonly [string, World];

/** Whatever a worker may do next: it hears hints and answers, works, reports, and can be killed at any time. */
export function workerSteps(world: World, ends: readonly EndOutcome[]): readonly Step[] {
  return world.workers.flatMap((worker, index) => [
    ...(worker.does === "nothing" ? takeHint(world, index) : []),
    ...(worker.does === "works"
      ? ends.map((outcome) => finish(world, index, { token: worker.token, outcome }))
      : []),
    ...kill(world, worker, index),
  ]);
}

/** What a worker makes of an answer; one that waits for none ignores it. */
export function hear(world: World, token: string, answer: Answer): World {
  const index = world.workers.findIndex(
    (worker) => worker.does === WAITS_FOR[answer] && worker.token === token,
  );
  if (index < 0) return world;
  const isTrue = world.attempts.some((row) => row.token === token && row.isReported);
  const isDeceived =
    world.isDeceived || (answer === "accepted" && !isTrue) || (answer === "refused" && isTrue);
  const then: Worker = answer === "granted" ? { does: "works", token } : { does: "nothing" };
  return become({ ...world, isDeceived }, index, then);
}

/** What a scheduler answers. */
export type Answer = "granted" | "gone" | "accepted" | "refused";

const WAITS_FOR = {
  granted: "asks",
  gone: "asks",
  accepted: "reports",
  refused: "reports",
} as const;

function takeHint(world: World, index: number): readonly Step[] {
  const { left } = world;
  if (!world.isHinted || left.tokens === 0) return [];
  const token = `t${left.tokens}`;
  const after = become(world, index, { does: "asks", token });
  const spent = { ...left, tokens: left.tokens - 1 };
  const asked = say({ ...after, isHinted: false, left: spent }, `claim ${token}`);
  return [[`asks with ${token}`, asked]];
}

function finish(world: World, index: number, end: { token: string; outcome: EndOutcome }): Step {
  const { token, outcome } = end;
  const after = become(world, index, { does: "reports", token, outcome });
  return [`ends ${token}: ${outcome}`, say(after, `report ${token} ${outcome}`)];
}

function kill(world: World, worker: Worker, index: number): readonly Step[] {
  const { left } = world;
  if (worker.does === "nothing" || left.kills === 0) return [];
  const spent = { ...left, kills: left.kills - 1 };
  return [[`is killed`, become({ ...world, left: spent }, index, { does: "nothing" })]];
}

function become(world: World, index: number, worker: Worker): World {
  // Workers differ in what they do alone, so their order says nothing.
  const workers = world.workers.with(index, worker).toSorted(byWhatTheyDo);
  return { ...world, workers };
}

function say(world: World, text: string): World {
  return { ...world, asked: [...world.asked, text].toSorted() };
}

function byWhatTheyDo(a: Worker, b: Worker): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
