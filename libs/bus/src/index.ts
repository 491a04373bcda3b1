export { Bus, type MessageSchema } from "./bus.ts";
export type { BusMessage, MessageMeta } from "./bus-message.ts";
export { type BusOptions, connectBus } from "./connect-bus.ts";
export type { ConsumeOptions } from "./consume.ts";
export {
  BusForbiddenError,
  BusTimeoutError,
  BusUnavailableError,
  JetStreamOffError,
  MessageTooLargeError,
  MissingStreamError,
  ServerTooOldError,
  StreamFullError,
} from "./errors.ts";
export type { Bucket } from "./open-bucket.ts";
export { provision, type Provisioned, type ProvisionSpec } from "./provision.ts";
export type { DurableOptions } from "./publish-durable.ts";
export type { PullOptions } from "./pull.ts";
export type { RequestOptions } from "./request.ts";
export type { Responder, RespondOptions } from "./respond.ts";
export { LOWEST_SERVER_VERSION } from "./server-version.ts";
export type { SubscribeHandler } from "./subscribe.ts";
