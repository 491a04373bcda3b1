import { type Authenticator, credsAuthenticator, nkeyAuthenticator } from "@nats-io/transport-node";

const encoder = new TextEncoder();

/** How a service proves who it is: the seed of an nkey, or the text of a credentials file. */
export function authenticatorFor(credentials: string): Authenticator {
  const bytes = encoder.encode(credentials.trim());
  return credentials.includes("BEGIN NATS USER JWT")
    ? credsAuthenticator(bytes)
    : nkeyAuthenticator(bytes);
}
