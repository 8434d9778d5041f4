// Reads the synthesized JSON of one stack as a flat list of blocks, each known by its Terraform address.
import { existsSync, readFileSync } from "node:fs";

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** One `resource` or `data` block of the stack. */
export interface Block {
  /** `aws_s3_bucket.in`, or `data.aws_region.current` for a data source. */
  readonly address: string;
  readonly mode: "resource" | "data";
  readonly type: string;
  readonly name: string;
  readonly body: JsonObject;
}

/** The blocks of one synthesized stack. */
export interface Stack {
  /** The folder that relative asset paths are relative to. */
  readonly folder: string;
  /** The AWS provider's region. */
  readonly region: string;
  readonly blocks: ReadonlyMap<string, Block>;
}

const regionOf = (document: JsonObject): string => {
  const provider = isObject(document.provider) ? document.provider.aws : undefined;
  const first = Array.isArray(provider) ? provider[0] : provider;
  if (isObject(first) && typeof first.region === "string") return first.region;
  throw new Error("the synthesized stack names no region for the AWS provider");
};

/** True for a JSON object (not an array, not null). */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The stack in a parsed `cdk.tf.json`; `folder` is where that file lies. */
export const parseStack = (document: JsonObject, folder: string): Stack => {
  const blocks = new Map<string, Block>();
  for (const mode of ["resource", "data"] as const) {
    const types = document[mode];
    if (!isObject(types)) continue;
    for (const [type, named] of Object.entries(types)) {
      if (!isObject(named)) continue;
      for (const [name, body] of Object.entries(named)) {
        if (!isObject(body)) throw new Error(`${type}.${name} is not an object in the synthesized JSON`);
        const address = mode === "data" ? `data.${type}.${name}` : `${type}.${name}`;
        blocks.set(address, { address, mode, type, name, body });
      }
    }
  }
  return { folder, region: regionOf(document), blocks };
};

/** The stack synthesized into `folder` (the one that holds `cdk.tf.json`). */
export const readStack = (folder: string): Stack => {
  const file = `${folder}/cdk.tf.json`;
  if (!existsSync(file)) throw new Error(`${file} is missing: synthesize first (npm run synth)`);
  return parseStack(JSON.parse(readFileSync(file, "utf8")) as JsonObject, folder);
};

/** The managed resources of one type, in the order of the document. */
export const resourcesOf = (stack: Stack, type: string): readonly Block[] =>
  [...stack.blocks.values()].filter((block) => block.mode === "resource" && block.type === type);
