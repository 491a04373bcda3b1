import { WeirError } from "@weirflow/errors";

/** The store has no bytes under this hash. */
export class ValueMissingError extends WeirError {
  override readonly code = "values/missing";
  readonly blobHash: string;

  constructor(blobHash: string, where: string, cause?: unknown) {
    super(`no value "${blobHash}" in "${where}"`, {
      hint: "check that every worker and the gateway have the same WEIR_VALUES_URL; otherwise run its task again",
      cause,
    });
    this.blobHash = blobHash;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { blobHash: this.blobHash };
  }
}

/** The bytes under this hash are not the bytes that were stored. */
export class ValueCorruptError extends WeirError {
  override readonly code = "values/corrupt";
  readonly blobHash: string;

  constructor(blobHash: string, where: string, found: string) {
    super(`the value "${blobHash}" in "${where}" is damaged: ${found}`, {
      hint: "delete it and run its task again; check the disk",
    });
    this.blobHash = blobHash;
  }

  override data(): Readonly<Record<string, unknown>> {
    return { blobHash: this.blobHash };
  }
}

/** A text that is not the sha-256 of anything; never looked up, so no path of a user's reaches the file system. */
export class InvalidBlobHashError extends WeirError {
  override readonly code = "values/invalid-hash";

  constructor(text: string) {
    super(`"${text.slice(0, 80)}" is not the hash of a value`, {
      hint: "a hash is 64 lower-case hexadecimal digits",
    });
  }
}

/** The store did not answer, or refused. */
export class ValueStoreUnavailableError extends WeirError {
  override readonly code = "values/unavailable";
  override readonly disposition = "retry";

  constructor(action: "read" | "write", where: string, cause: unknown) {
    super(`cannot ${action} a value in "${where}"`, {
      hint: "check that the disk has room and is writable, or that NATS has room in its key-value bucket",
      cause,
    });
  }
}

/** The address of a value store that no store understands. */
export class ValueStoreUrlError extends WeirError {
  override readonly code = "values/url";

  constructor(url: string, problem: string) {
    super(`"${url}" is not the address of a value store: ${problem}`, {
      hint: "set WEIR_VALUES_URL to `file:///some/folder` or to `nats:`",
    });
  }
}

/** Files on one machine cannot be the store of workers on several. */
export class FileStoreNotSharedError extends WeirError {
  override readonly code = "values/not-shared";

  constructor(url: string, natsUrl: string) {
    super(`the value store "${url}" is a folder, but NATS is elsewhere ("${natsUrl}")`, {
      hint: "set WEIR_VALUES_URL=nats: or, if every service sees the same folder, WEIR_VALUES_SHARED=true",
    });
  }
}

/** A value that no codec can write. */
export class ValueNotEncodableError extends WeirError {
  override readonly code = "values/not-encodable";

  constructor(type: string, path: string, cause?: unknown) {
    super(`a value of the type "${type}"${path === "" ? "" : ` at "${path}"`} has no codec`, {
      hint: "return plain data, typed arrays, a Map, a Set, a Date or an Arrow table, or add a codec for the type",
      cause,
    });
  }
}

/** Bytes that their codec cannot read. */
export class ValueNotDecodableError extends WeirError {
  override readonly code = "values/not-decodable";

  constructor(codec: string, cause: unknown) {
    super(`the codec "${codec}" cannot read these bytes`, {
      hint: "the value was written by another version, or is not a value; run its task again",
      cause,
    });
  }
}

/** A value was written by a codec that is not known here. */
export class UnknownCodecError extends WeirError {
  override readonly code = "values/unknown-codec";

  constructor(codec: string, known: readonly string[]) {
    super(`no codec is named "${codec}"; known are ${known.join(", ")}`, {
      hint: "start this service with the same codecs as the worker that wrote the value",
    });
  }
}

/** Two codecs of one name. */
export class DuplicateCodecError extends WeirError {
  override readonly code = "values/duplicate-codec";

  constructor(codec: string) {
    super(`there are two codecs named "${codec}"`, {
      hint: "codec names are stored beside values; give one of them another name",
    });
  }
}

/** A value is larger than all that a cache may keep. */
export class CacheValueTooLargeError extends WeirError {
  override readonly code = "values/cache-too-large";

  constructor(node: string, sizeBytes: number, maxBytes: number) {
    super(`the value of "${node}" takes ${sizeBytes} bytes, and the cache keeps ${maxBytes}`, {
      hint: 'raise `maxBytes` of the store, or set `cache: "disable"` on the node',
    });
  }
}
