import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo } from "node:net";

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly name: string;
  /** Those that are texts or whole numbers; numbers as OTLP writes them, as texts. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Receives OTLP/HTTP JSON as a collector would. */
export interface TraceReceiver extends AsyncDisposable {
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string | number };
}

interface OtlpBody {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeSpans?: readonly {
      readonly spans?: readonly {
        readonly traceId: string;
        readonly name: string;
        readonly attributes?: readonly OtlpAttribute[];
      }[];
    }[];
  }[];
}

/** Starts a receiver on the loopback. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    void readJson(request).then((body) => {
      spans.push(...spansOf(body));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server's address is never a string nor null.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readJson(request: IncomingMessage): Promise<OtlpBody> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer); // without an encoding, pieces are buffers
  return JSON.parse(Buffer.concat(pieces).toString("utf8")) as OtlpBody; // what the exporter of the service sends
}

function spansOf(body: OtlpBody): readonly ReceivedSpan[] {
  return (body.resourceSpans ?? []).flatMap((of) => {
    const service = attributesOf(of.resource?.attributes)["service.name"] ?? "?";
    const spans = (of.scopeSpans ?? []).flatMap((scope) => scope.spans ?? []);
    return spans.map(({ traceId, name, attributes }) => {
      return { service, traceId, name, attributes: attributesOf(attributes) };
    });
  });
}

function attributesOf(attributes: readonly OtlpAttribute[] = []): Record<string, string> {
  return Object.fromEntries(
    attributes.flatMap(({ key, value: { stringValue, intValue } }) => {
      const text = stringValue ?? intValue;
      return text === undefined ? [] : [[key, String(text)]];
    }),
  );
}
