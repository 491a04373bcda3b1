/** The package has types of its own, but its `exports` hide them from TypeScript. */
declare module "cephes" {
  /** The distribution function of Student's t with `k` degrees of freedom. */
  export function stdtr(k: number, t: number): number;
}
