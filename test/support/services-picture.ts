import { graphSvg } from "@weirflow/dagviz";

/** The services and what flows between them, as SVG. */
export function servicesPicture(): string {
  const service = (id: string, detail: string) => ({ id, label: id, kind: "task", detail });
  const server = (id: string, detail: string) => ({ id, label: id, kind: "input", detail });
  return graphSvg(
    {
      title: "The services of Weirflow",
      nodes: [
        server("clients", "GraphQL, weir, events"),
        service("gateway", "accepts, shows"),
        service("scheduler", "decides, sweeps"),
        server("Postgres", "the truth"),
        server("NATS", "hints, requests"),
        service("cpu-worker", "runs graphs"),
        service("gpu-worker", "runs graphs"),
        server("values", "bytes by hash"),
        service("lineage", "records every node"),
        server("lineage database", "provenance"),
      ],
      edges: [
        { from: "clients", to: "gateway" },
        { from: "gateway", to: "Postgres" },
        { from: "gateway", to: "NATS" },
        { from: "scheduler", to: "Postgres" },
        { from: "scheduler", to: "NATS" },
        { from: "NATS", to: "cpu-worker" },
        { from: "NATS", to: "gpu-worker" },
        { from: "cpu-worker", to: "values" },
        { from: "gpu-worker", to: "values" },
        { from: "cpu-worker", to: "lineage" },
        { from: "gpu-worker", to: "lineage" },
        { from: "lineage", to: "lineage database" },
      ],
    },
    { theme: "auto", legend: false },
  );
}
