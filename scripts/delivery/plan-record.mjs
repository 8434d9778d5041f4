// A saved plan with what identifies it: which tree, which stack, which bytes. A deploy applies nothing else.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { reviewOf } from "./plan-review.mjs";
import { code } from "./plan-values.mjs";
import { constructPaths } from "./planned-changes.mjs";
import { sha256, stackDigest } from "./stack-digest.mjs";

/** Files of the artifact in which a plan travels from its review to its deploy. */
export const PLAN_FILE = "plan";
export const RECORD_FILE = "record.json";

/**
 * @typedef {object} PlanRecord
 * @property {string} environment
 * @property {string} commit the commit that was planned
 * @property {string} tree its tree: what it holds, whatever its history
 * @property {string} stack digest of the synthesized stack
 * @property {string} plan SHA-256 of the plan file
 * @property {boolean} changed whether the plan does anything
 * @property {import("./plan-review.mjs").Review} review
 */

/**
 * Plans a stack and writes plan and record to `out`; resolves to the record, or to undefined when Terraform failed.
 * @param {object} options
 * @param {(args: readonly string[], options?: {silent?: boolean}) => Promise<{code: number, said: string}>} options.terraform runs in the stack's folder
 * @param {string} options.folder the stack's folder, as the synth left it
 * @param {string} options.out an absolute folder
 * @param {Pick<PlanRecord, "environment" | "commit" | "tree">} options.identity
 */
export async function recordPlan({ terraform, folder, out, identity }) {
  const stack = stackDigest(folder);
  if ((await terraform(["init", "-no-color"])).code !== 0) return undefined;
  const file = path.join(out, PLAN_FILE);
  // The role that plans may only read, so that it cannot lock the state.
  const planned = await terraform(["plan", "-no-color", "-lock=false", "-detailed-exitcode", `-out=${file}`]);
  if (planned.code !== 0 && planned.code !== 2) return undefined;
  const shown = await terraform(["show", "-no-color", "-json", file], { silent: true });
  if (shown.code !== 0) return undefined;
  const paths = constructPaths(JSON.parse(readFileSync(path.join(folder, "cdk.tf.json"), "utf8")));
  const record = {
    ...identity,
    stack,
    plan: sha256(readFileSync(file)),
    changed: planned.code === 2,
    review: reviewOf(JSON.parse(shown.said), paths),
  };
  writeFileSync(path.join(out, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

/** The record in a folder. */
export const readRecord = (folder) => JSON.parse(readFileSync(path.join(folder, RECORD_FILE), "utf8"));

/** Records by environment, wherever below a folder they were unpacked to; none when there is no folder. */
export function recordsBelow(folder) {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    ({ name }) => name === RECORD_FILE,
  );
  const records = files.map(({ parentPath }) => readRecord(parentPath));
  return new Map(records.map((record) => [record.environment, record]));
}

/** What identifies a plan, in the words of a comment; `digestsIn` finds it there again. */
export const identityText = ({ plan, commit, tree }) =>
  `Plan ${code(`sha256:${plan}`)} of commit ${code(commit.slice(0, 12))}, tree ${code(tree.slice(0, 12))}.`;

/** The plan digests that a comment shows. */
export const digestsIn = (comment) => [...comment.matchAll(/`sha256:([0-9a-f]{64})`/g)].map(([, digest]) => digest);
