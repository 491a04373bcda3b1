import type { Bus } from "@weirflow/bus";
import type { LineageStore } from "@weirflow/lineage-store";
import type { Store } from "@weirflow/store";
import type { Logger } from "@weirflow/telemetry";
import type { ValueStore } from "@weirflow/values";
import type { RunHub } from "./watch/run-hub.ts";

/** What the resolvers reach. */
export interface GatewayPorts {
  readonly store: Store;
  readonly lineage: LineageStore;
  readonly values: Pick<ValueStore, "get">;
  readonly bus: Pick<Bus, "publish">;
  readonly hub: RunHub;
  readonly logger: Logger;
  /** How long a cancelled attempt may take before it is given up. */
  readonly cancelGraceMs: number;
  /** Outside subjects that triggers may name. */
  readonly triggerSubjects: readonly string[];
}

/** The context of one operation: its ports, and what ends it. */
export interface GatewayContext extends GatewayPorts {
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}
