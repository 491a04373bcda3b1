/** One frame that a NATS server sent: its bytes, and for a message its subject and payload. */
export interface NatsFrame {
  readonly bytes: Buffer;
  readonly message?: { readonly subject: string; readonly payload: string };
}

/** Cuts what a NATS server sends into frames; keeps an incomplete one for the next piece. */
export class NatsFrames {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns the frames that `piece` completed, in order. */
  push(piece: Buffer): readonly NatsFrame[] {
    this.#rest = Buffer.concat([this.#rest, piece]);
    const frames: NatsFrame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      frames.push(frame);
      this.#rest = this.#rest.subarray(frame.bytes.length);
    }
    return frames;
  }

  #next(): NatsFrame | undefined {
    const lineEnd = this.#rest.indexOf("\r\n");
    if (lineEnd === -1) return undefined;
    const words = this.#rest.toString("latin1", 0, lineEnd).split(" ");
    if (words[0] !== "MSG" && words[0] !== "HMSG") {
      return { bytes: this.#rest.subarray(0, lineEnd + 2) };
    }
    const size = Number(words.at(-1));
    const end = lineEnd + 2 + size + 2;
    if (this.#rest.length < end) return undefined;
    const headerSize = words[0] === "HMSG" ? Number(words.at(-2)) : 0;
    const payload = this.#rest.toString("utf8", lineEnd + 2 + headerSize, lineEnd + 2 + size);
    return { bytes: this.#rest.subarray(0, end), message: { subject: words[1] ?? "", payload } };
  }
}
