import { defineConfig } from "vitest/config";

// `module-sync`: what Node itself takes, so that a package is not loaded twice.
const conditions = ["@weirflow/source", "node", "module-sync"];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };
const packages = "{libs,services,examples}/*/src/**";

/**
 * Three projects: `unit` is pure and shares one process; `integration` uses the real servers of
 * `@weirflow/embedded`; `e2e` starts the services as processes of their own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: [`${packages}/*.test.ts`, "deploy/**/*.test.mjs"],
          exclude: [`${packages}/*.int.test.ts`, "**/node_modules/**", "**/dist/**"],
          isolate: false,
        },
      },
      {
        ...shared,
        test: {
          name: "integration",
          include: [`${packages}/*.int.test.ts`],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: "e2e",
          include: ["test/{e2e,chaos,conformance}/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
