// The one `export *` of the workspace: `declare module "weirflow" { interface Codecs { … } }` reaches the interface that
// tasks look at through `export *` alone. A named export would be another interface under the same name.
export * from "@weirflow/flow/codecs";
