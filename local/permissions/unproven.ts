// Permissions that no run on one machine can exercise: a table for people, which the proofs read.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Permission } from "./permission";

/** One action of a role that the table names. */
export interface Unproven {
  /** The end of the role's name. */
  readonly part: string;
  readonly action: string;
  /** Text that the statement holds, or `no condition`; empty when the row is about every statement with the action. */
  readonly within: string;
  readonly why: string;
}

/** Whether a row is about a permission. */
export const isAbout = (row: Unproven, part: string, { action, resources, conditions }: Permission): boolean => {
  if (row.part !== part || row.action !== action) return false;
  if (row.within === "no condition") return conditions === "[]";
  return `${resources.join(" ")} ${conditions}`.includes(row.within);
};

const FILE = "docs/not-proven-on-aws.md";
const HEAD = "| Role | Actions | Only in the statement with | Why it is there |";

/** The rows of the table in docs/not-proven-on-aws.md, one an action. Throws when there is none. */
export const readUnproven = (root: string): readonly Unproven[] => {
  const lines = readFileSync(join(root, FILE), "utf8").split("\n");
  const head = lines.indexOf(HEAD);
  if (head < 0) throw new Error(`${FILE} has no table that begins with ${HEAD}`);
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end < 0 ? undefined : end).flatMap((line) => {
    const [, part = "", actions = "", within = "", why = ""] = line.split("|").map((cell) => cell.trim());
    return [...actions.matchAll(/`([^`]+)`/g)].map(([, action = ""]) => ({
      part: part.replaceAll("`", ""),
      action,
      within: within.replaceAll("`", ""),
      why,
    }));
  });
};
