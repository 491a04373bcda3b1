import type { Fn, Output } from "@weirflow/dataflow";
import type { Codecs } from "./codecs.ts";

type Coded = Codecs[keyof Codecs];
type Plain = string | number | bigint | boolean | null | undefined | void;

/** Why the outputs `K` of the modules `M` cannot leave a task; `never` when they can. */
export type Unportable<M, K extends keyof M> = {
  [N in K]: [Trouble<Output<M[N]>>] extends [never]
    ? never
    : `output '${N & string}' is ${Trouble<Output<M[N]>>}: no codec, so it cannot leave the task`;
}[K];

type Trouble<T> = [T] extends [Plain | Coded]
  ? never
  : [T] extends [Fn]
    ? "a function"
    : [T] extends [readonly (infer E)[]]
      ? Trouble<E>
      : [Methods<T>] extends [never]
        ? never
        : "an object with methods";

type Methods<T> = T extends Plain | Coded | readonly unknown[]
  ? never
  : { [K in keyof T]-?: NonNullable<T[K]> extends Fn ? K : never }[keyof T];
