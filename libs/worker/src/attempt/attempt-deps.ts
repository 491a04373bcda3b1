import type { FlowVersion } from "@weirflow/contracts";
import type { Clock } from "@weirflow/lifecycle";
import type { Logger } from "@weirflow/telemetry";
import type { ValueStore } from "@weirflow/values";
import type { Beats } from "../beats.ts";
import type { LogShipper } from "../log-shipper.ts";
import type { ServedFlow, TensorPreference } from "../slot/slot-messages.ts";
import type { SlotPool } from "../slot/slot-pool.ts";
import type { WorkerBus } from "../worker-bus.ts";

/** What every attempt of a worker shares. */
export interface AttemptDeps {
  readonly bus: WorkerBus;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Names the process for people. */
  readonly worker: string;
  readonly store: ValueStore;
  readonly slots: Pick<SlotPool, "borrow" | "giveBack">;
  readonly beats: Pick<Beats, "keep">;
  readonly logs: Pick<LogShipper, "add">;
  readonly flows: ReadonlyMap<FlowVersion, ServedFlow>;
  readonly tensor: TensorPreference;
  /** What one task may hold in its slot, bytes. */
  readonly memoryLimitBytes: number;
  /** How long a graph that was asked to stop may take. */
  readonly graceMs: number;
  readonly requestTimeoutMs: number;
}
