export {
  FileAccessError,
  FileFormatError,
  FileMissingError,
  TooLargeError,
  UnwritableValueError,
} from "./errors.ts";
export type { SavedFile } from "./file/write-whole.ts";
export type { Json } from "./json.ts";
export { loadJson, type LoadJsonOptions } from "./load-json.ts";
export { loadText, type LoadTextOptions } from "./load-text.ts";
export { saveJson, type SaveJsonOptions } from "./save-json.ts";
export { saveText, type SaveTextOptions } from "./save-text.ts";
