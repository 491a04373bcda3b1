import type { Counter, Metrics, Timing } from "@weirflow/telemetry";

/** What the scheduler counts. */
export interface SchedulerMetrics {
  readonly claims: Counter;
  readonly beats: Counter;
  readonly reports: Counter;
  readonly shows: Counter;
  readonly published: Counter;
  readonly runsStarted: Counter;
  readonly leasesLapsed: Counter;
  readonly deadLetters: Counter;
  readonly sweeps: Timing;
}

/** Declares the metrics of this service. */
export function schedulerMetrics(metrics: Metrics): SchedulerMetrics {
  return {
    claims: metrics.counter("weir_claims_total", "Answered claims, by verdict."),
    beats: metrics.counter("weir_beats_total", "Attempts in answered beats, by verdict."),
    reports: metrics.counter("weir_reports_total", "Answered reports, by verdict."),
    shows: metrics.counter("weir_shows_total", "Artifacts of running attempts, by verdict."),
    published: metrics.counter("weir_published_total", "Hints and events, by what became of them."),
    runsStarted: metrics.counter("weir_runs_started_total", "Runs started here, by origin."),
    leasesLapsed: metrics.counter("weir_leases_lapsed_total", "Attempts whose worker fell silent."),
    deadLetters: metrics.counter("weir_dead_letters_total", "Messages that can never be handled."),
    sweeps: metrics.timing("weir_sweep_seconds", "Rounds of the sweep."),
  };
}
