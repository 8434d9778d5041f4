// Files travel into cdktf.out by content: the path in the JSON is relative, and its hash changes only with the bytes.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct, IConstruct } from "constructs";

/** A file in the stack's folder. */
export interface Asset {
  /** Path relative to the stack's folder, for `source` and `filename`. */
  readonly path: string;
  /** SHA-256 of the content, base64, as `source_code_hash` wants it. */
  readonly contentHash: string;
}

let scratch: string | undefined;
const written = new Map<string, string>();

/** A folder of this process for files made at synth; it is gone when the process ends. */
function scratchFolder(): string {
  if (!scratch) {
    const made = mkdtempSync(join(tmpdir(), "mercafacil-synth-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    scratch = made;
  }
  return scratch;
}

function sha256(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

function asset(scope: Construct, id: string, path: string, digest: Buffer): Asset {
  const file = new TerraformAsset(scope, id, {
    path,
    type: AssetType.FILE,
    assetHash: digest.toString("hex").slice(0, 32),
  });
  return { path: file.path, contentHash: digest.toString("base64") };
}

// Digests of files, by app: its environments ship the same ones.
const digests = new WeakMap<IConstruct, Map<string, Buffer>>();
// Digests of what is made once for several environments.
const made = new WeakMap<Uint8Array, Buffer>();

function digestOfFile(scope: Construct, absolutePath: string): Buffer {
  const known = digests.get(scope.node.root) ?? new Map<string, Buffer>();
  digests.set(scope.node.root, known);
  const digest = known.get(absolutePath) ?? sha256(readFileSync(absolutePath));
  known.set(absolutePath, digest);
  return digest;
}

function digestOfContent(content: Uint8Array): Buffer {
  const digest = made.get(content) ?? sha256(content);
  made.set(content, digest);
  return digest;
}

/** The file at `absolutePath`, under its own name. */
export function fileAsset(scope: Construct, id: string, absolutePath: string): Asset {
  return asset(scope, id, absolutePath, digestOfFile(scope, absolutePath));
}

/** `content`, made at synth, under the name `fileName`; the same content is written once for all stacks. */
export function contentAsset(scope: Construct, id: string, fileName: string, content: Uint8Array): Asset {
  const digest = digestOfContent(content);
  const key = `${fileName} ${digest.toString("hex")}`;
  const path = written.get(key) ?? join(mkdtempSync(join(scratchFolder(), "asset-")), fileName);
  if (!written.has(key)) writeFileSync(path, content);
  written.set(key, path);
  return asset(scope, id, path, digest);
}
