import { ApiUnreachableError } from "./errors.ts";

/**
 * The results in a stream of server-sent events, as GraphQL over SSE sends them one connection per subscription.
 *
 * @throws {@link ApiUnreachableError} `client/unreachable`, when the stream breaks before it is complete.
 */
export async function* readEvents(response: Response, signal: AbortSignal): AsyncGenerator {
  for await (const { event, data } of parseEvents(linesOf(response, signal))) {
    if (event === "complete") return;
    if (event === "next") yield JSON.parse(data);
  }
  signal.throwIfAborted();
  throw new ApiUnreachableError(response.url, "the subscription ended too early");
}

interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** An empty line ends an event; lines that begin with a colon only keep the connection alive. */
async function* parseEvents(lines: AsyncIterable<string>): AsyncGenerator<ServerEvent> {
  let event = "message";
  let data: string[] = [];
  for await (const line of lines) {
    if (line === "") {
      if (event !== "message" || data.length > 0) yield { event, data: data.join("\n") };
      [event, data] = ["message", []];
      continue;
    }
    const [field, value] = fieldOf(line);
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}

async function* linesOf(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of response.body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw new ApiUnreachableError(response.url, "the connection broke", cause);
  }
}
