#!/usr/bin/env node
// Prints the secrets of a new deployment as an env file: node deploy/make-env.mjs > deploy/.env
// Each service gets an nkey of its own: the seed (secret) for the service, the public key for the NATS server.
import { randomBytes } from "node:crypto";
import { createUser } from "@nats-io/nkeys";

const services = ["PROVISIONER", "SCHEDULER", "LINEAGE", "GATEWAY", "CPU_WORKER", "GPU_WORKER"];
const secret = () => randomBytes(24).toString("base64url");
const decoder = new TextDecoder();

const lines = [`WEIR_POSTGRES_PASSWORD=${secret()}`, `WEIR_API_TOKEN=${secret()}`];
for (const service of services) {
  const user = createUser();
  lines.push(
    `WEIR_NKEY_${service}=${user.getPublicKey()}`,
    `WEIR_SEED_${service}=${decoder.decode(user.getSeed())}`,
  );
}
process.stdout.write(`${lines.join("\n")}\n`);
