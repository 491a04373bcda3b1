import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";

const encoder = new TextEncoder();
/** The seed of a user's nkey. */
const SEED = /^SU[A-Z2-7]+$/;

/** How a service proves who it is: the seed of an nkey, the text of a credentials file, or `user:password`. */
export function authenticatorFor(credentials: string): Authenticator {
  const text = credentials.trim();
  if (text.includes("BEGIN NATS USER JWT")) return credsAuthenticator(encoder.encode(`${text}\n`));
  if (SEED.test(text)) return nkeyAuthenticator(encoder.encode(text));
  const [user = "", ...password] = text.split(":");
  return usernamePasswordAuthenticator(user, password.join(":"));
}
