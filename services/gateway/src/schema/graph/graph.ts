import type { GraphDescription, GraphNodeDescription } from "@weirflow/contracts";
import { graphDot, graphMermaid, graphSvg, pictureOf } from "@weirflow/dagviz";
import { builder } from "../builder.ts";

/** The graph of a task. */
export const GraphRef = builder.objectRef<GraphDescription>("Graph");
const GraphNodeRef = builder.objectRef<GraphNodeDescription>("GraphNode");
const GraphEdgeRef = builder.objectRef<readonly [string, string]>("GraphEdge");

const GraphNodeKind = builder.enumType("GraphNodeKind", {
  description: "What a node of a graph is.",
  values: {
    FUNCTION: { value: "function", description: "Computes a value." },
    INPUT: { value: "input", description: "Is supplied." },
    CHOICE: { value: "choice", description: "Picks a branch." },
    EACH: { value: "each", description: "Hands out items; what takes it runs once for each." },
    COLLECT: { value: "collect", description: "Gathers what was made of each item." },
  } as const,
});

const Theme = builder.enumType("Theme", {
  description: "The colours of a picture.",
  values: {
    LIGHT: { value: "light" },
    DARK: { value: "dark" },
    AUTO: { value: "auto", description: "As the viewer's system has it." },
  } as const,
});

GraphRef.implement({
  description: "A graph: nodes, and which needs which.",
  fields: (t) => ({
    nodes: t.field({
      type: [GraphNodeRef],
      description: "In the order in which they were described.",
      resolve: ({ nodes }) => nodes,
    }),
    edges: t.field({
      type: [GraphEdgeRef],
      description: "Which value is needed by which node.",
      resolve: ({ edges }) => edges,
    }),
    svg: t.string({
      description: "The graph as a picture.",
      args: {
        title: t.arg.string({ description: "Stands above the picture." }),
        theme: t.arg({ type: Theme, description: "Unless told, as the viewer's system has it." }),
      },
      resolve: (graph, { title, theme }) =>
        graphSvg(pictureOf(graph, title == null ? {} : { title }), { theme: theme ?? "auto" }),
    }),
    dot: t.string({
      description: "The graph for Graphviz.",
      resolve: (graph) => graphDot(pictureOf(graph)),
    }),
    mermaid: t.string({
      description: "The graph for Mermaid.",
      resolve: (graph) => graphMermaid(pictureOf(graph)),
    }),
  }),
});

GraphEdgeRef.implement({
  description: "A dependency.",
  fields: (t) => ({
    from: t.string({ description: "The value.", resolve: ([from]) => from }),
    to: t.string({ description: "The node that needs it.", resolve: ([, to]) => to }),
  }),
});

GraphNodeRef.implement({
  description: "A node of a graph: the value that it makes, and the function that makes it.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Of the value that it makes." }),
    kind: t.field({ type: GraphNodeKind, description: "What it is.", resolve: ({ kind }) => kind }),
    description: t.string({
      nullable: true,
      description: "What the function says of itself.",
      resolve: ({ description }) => description,
    }),
    module: t.string({
      nullable: true,
      description: "Its function module.",
      resolve: ({ module }) => module,
    }),
    file: t.string({
      nullable: true,
      description: "Relative to the flow.",
      resolve: ({ file }) => file,
    }),
    line: t.int({ nullable: true, description: "From 1.", resolve: ({ line }) => line }),
    codeVersion: t.string({
      nullable: true,
      description: "sha-256 of the function and all that it reaches.",
      resolve: ({ codeVersion }) => codeVersion,
    }),
    source: t.string({
      nullable: true,
      description: "The function itself.",
      resolve: ({ source }) => source,
    }),
    tags: t.field({
      type: "JSONObject",
      description: "As the author gave them.",
      resolve: ({ tags }) => tags,
    }),
    dependencies: t.stringList({
      description: "The values that it needs.",
      resolve: ({ dependencies }) => dependencies.map(({ name }) => name),
    }),
  }),
});
