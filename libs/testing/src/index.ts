export { EventuallyTimeoutError } from "./errors.ts";
export { eventually, type EventuallyOptions } from "./eventually.ts";
export { type FakeClock, fakeClock } from "./fake-clock.ts";
export { scratchFolder } from "./scratch-folder.ts";
export { serverTest } from "./server-test.ts";
export { startTestNats, type TestNatsOptions } from "./test-nats.ts";
export { startTestPostgres, type TestPostgres } from "./test-postgres.ts";
