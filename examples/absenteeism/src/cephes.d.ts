/** The package has types of its own, but its `exports` hide them from TypeScript. */
declare module "cephes" {
  /** Resolves once the functions can be called. */
  export const compiled: Promise<void>;
  /** The distribution function of Student's t with `k` degrees of freedom. */
  export function stdtr(k: number, t: number): number;
}
