// Files travel into cdktf.out by content: the path in the JSON is relative, and changes only with the bytes.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, parse } from "node:path";
import { TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";

/** A file in the stack's folder. */
export interface Asset {
  /** Path relative to the stack's folder, for `source` and `filename`. */
  readonly path: string;
  /** SHA-256 of the content, base64, as `source_code_hash` wants it. */
  readonly contentHash: string;
}

// Within the stack's folder.
const FOLDER = "assets";

/** What a stack ships, by its name in the folder: the path of a file, or the content. */
type Shipped = Map<string, string | Uint8Array>;

const shippedBy = new WeakMap<TerraformStack, Shipped>();

/** Makes the folder hold these files and no others. */
function write(folder: string, shipped: Shipped): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of shipped) {
    if (typeof source === "string") copyFileSync(source, join(folder, name));
    else writeFileSync(join(folder, name), source);
  }
  for (const name of readdirSync(folder)) if (!shipped.has(name)) rmSync(join(folder, name), { recursive: true });
}

/** What the stack ships; written when it is synthesized. cdktf's own asset would make and clear two folders a file. */
function shippedOf(stack: TerraformStack): Shipped {
  const known = shippedBy.get(stack);
  if (known) return known;
  const shipped: Shipped = new Map();
  const { synthesizer } = stack;
  stack.synthesizer = {
    synthesize: (session) => {
      synthesizer.synthesize(session);
      const { workingDirectory } = session.manifest.forStack(stack);
      write(join(session.outdir, workingDirectory, FOLDER), shipped);
    },
  };
  shippedBy.set(stack, shipped);
  return shipped;
}

function asset(scope: Construct, fileName: string, source: string | Uint8Array, digest: Buffer): Asset {
  const { name, ext } = parse(fileName);
  const unique = `${name}.${digest.toString("hex").slice(0, 32)}${ext}`;
  shippedOf(TerraformStack.of(scope)).set(unique, source);
  return { path: `${FOLDER}/${unique}`, contentHash: digest.toString("base64") };
}

const sha256 = (content: Uint8Array): Buffer => createHash("sha256").update(content).digest();

// Digests of files, by app: its environments ship the same ones.
const digests = new WeakMap<IConstruct, Map<string, Buffer>>();

function digestOfFile(scope: Construct, absolutePath: string): Buffer {
  const known = digests.get(scope.node.root) ?? new Map<string, Buffer>();
  digests.set(scope.node.root, known);
  const digest = known.get(absolutePath) ?? sha256(readFileSync(absolutePath));
  known.set(absolutePath, digest);
  return digest;
}

/** The file at `absolutePath`, under its own name and its content's hash. */
export function fileAsset(scope: Construct, absolutePath: string): Asset {
  return asset(scope, basename(absolutePath), absolutePath, digestOfFile(scope, absolutePath));
}

/** `content`, made at synth, under the name `fileName` and its hash. */
export function contentAsset(scope: Construct, fileName: string, content: Uint8Array): Asset {
  return asset(scope, fileName, content, sha256(content));
}
