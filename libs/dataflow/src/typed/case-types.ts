import type { NodeContext } from "../node-context.ts";
import type { ChoiceValue, ChoosesByCases } from "./choice-types.ts";
import type { Deps, Fn, Output, Show } from "./module-types.ts";

/** Values by key, all of which must be so. */
export type CaseKeys = Readonly<Record<string, ChoiceValue | readonly ChoiceValue[]>>;

/** When a function is taken: values of keys, or a test that takes keys as a node does. */
export type CaseTest = CaseKeys | ((config: never) => boolean);

/** A function of a choice, and when it is taken. */
export type Case = readonly [when: CaseTest, fn: Fn];

/** A node that is one of several functions, by the cases `Cs`. */
export type CasesNode<Cs extends readonly Case[], O> = ((
  deps: CasesDeps<Cs, O>,
  context?: NodeContext,
) => Output<Cs[number][1] | O>) &
  ChoosesByCases<KeysOf<Cs>, O>;

/** What every function needs, since it may not be known yet which one runs, and the keys. */
type CasesDeps<Cs extends readonly Case[], O> = Show<
  All<Deps<Cs[number][1]> | TestDeps<Cs[number][0]> | ([O] extends [never] ? never : Deps<O>)> &
    ([O] extends [never] ? KeysOf<Cs> : { [K in keyof KeysOf<Cs>]?: KeysOf<Cs>[K] | ChoiceValue })
>;

type All<D> = (D extends unknown ? (deps: D) => void : never) extends (deps: infer I) => void
  ? I
  : never;

type TestDeps<W> = W extends Fn ? Deps<W> : never;

type KeysOf<Cs extends readonly Case[]> = {
  [K in KeyOfCase<Cs[number][0]>]: ValueOf<Cs[number][0], K>;
};

type KeyOfCase<W> = W extends Fn ? never : keyof W & string;

type ValueOf<W, K> = W extends Fn
  ? never
  : W extends { readonly [P in K & string]: infer V }
    ? V extends readonly (infer E)[]
      ? E
      : V
    : ChoiceValue;

/** What a single case looks at, where another may stand for it. */
export type CaseDeps<W> = [W] extends [never]
  ? {}
  : W extends Fn
    ? Deps<W>
    : { [K in keyof W]?: ChoiceValue };
