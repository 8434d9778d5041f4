// What of a resource's attributes a plan changes, leaf by leaf; inside JSON that is written in a string too, so that a
// policy of a hundred lines shows the one action that is new.
import { isDeepStrictEqual } from "node:util";
import { SENSITIVE, UNKNOWN } from "./plan-values.mjs";

/**
 * @typedef {{path: string, before?: unknown, after?: unknown, removed?: unknown[], added?: unknown[], note?: string}} Difference
 * `before` and `after`, or what a list lost and gained, or a note in words.
 */

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const holdsTrue = (marks) =>
  marks === true || (typeof marks === "object" && marks !== null && Object.values(marks).some(holdsTrue));
const markOf = (marks, key) => (marks === true ? true : marks?.[key]);

/** `a.b`, `a["b c"]` or `a[0]`, as Terraform writes it. */
export function pathOf(parent, key) {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** JSON's object or list in a string, else undefined. */
function jsonIn(value) {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** One text for equal values, whatever the order of their keys. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

/** Entries of one list, with their places, that the other does not hold as often. */
function missingFrom(list, other) {
  const left = new Map();
  for (const text of other.map(canonical)) left.set(text, (left.get(text) ?? 0) + 1);
  return [...list.entries()].filter(([, value]) => {
    const text = canonical(value);
    const times = left.get(text) ?? 0;
    left.set(text, times - 1);
    return times <= 0;
  });
}

/** Sets come as lists, so that a place says nothing: entries are compared as wholes, and only what is left over in pairs. */
function inLists(path, before, after) {
  const [removed, added] = [missingFrom(before, after), missingFrom(after, before)];
  if (removed.length + added.length === 0) return [{ path, note: "the same entries in another order" }];
  const entries = [...removed, ...added].map(([, value]) => value);
  if (removed.length === added.length && entries.every((value) => isObject(value)))
    return removed.flatMap(([place, value], which) => inside(pathOf(path, place), value, added[which][1]));
  const values = (found) => found.map(([, value]) => value);
  return [{ path, removed: values(removed), added: values(added) }];
}

function inObjects(path, before, after, marks) {
  const keys = [
    ...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(marks.unknown ?? {})]),
  ].sort();
  return keys.flatMap((key) => inside(pathOf(path, key), before[key], after[key], marksBelow(marks, key)));
}

const marksBelow = ({ unknown, before, after }, key) => ({
  unknown: markOf(unknown, key),
  before: markOf(before, key),
  after: markOf(after, key),
});

/** Differences of two values; `marks` says what of them is unknown or sensitive. */
function inside(path, before, after, marks = {}) {
  const isUnknown = holdsTrue(marks.unknown);
  if (isDeepStrictEqual(before ?? null, after ?? null) && !isUnknown) return [];
  if (marks.before === true || marks.after === true) return [{ path, before: SENSITIVE, after: SENSITIVE }];
  if (isObject(before) && isObject(after)) return inObjects(path, before, after, marks);
  const isMarked = isUnknown || holdsTrue(marks.before) || holdsTrue(marks.after);
  if (Array.isArray(before) && Array.isArray(after)) {
    if (!isMarked) return inLists(path, before, after);
    const places = Math.max(before.length, after.length, marks.unknown?.length ?? 0);
    return [...Array(places).keys()].flatMap((place) =>
      inside(pathOf(path, place), before[place], after[place], marksBelow(marks, place)),
    );
  }
  const [was, becomes] = isMarked ? [] : [jsonIn(before), jsonIn(after)];
  if (was === undefined || becomes === undefined) return [{ path, ...asWholes(before, after, marks) }];
  const found = inside(path, was, becomes);
  return found.length > 0 ? found : [{ path, note: "the same JSON, written otherwise" }];
}

/** Two values that are written out as wholes: neither, if something in one of them is sensitive. */
function asWholes(before, after, marks) {
  const isSecret = holdsTrue(marks.before) || holdsTrue(marks.after);
  if (holdsTrue(marks.unknown)) return { before: isSecret ? SENSITIVE : before, after: UNKNOWN };
  return isSecret ? { before: SENSITIVE, after: SENSITIVE } : { before, after };
}

/**
 * What an update or replacement changes.
 * @param {object} change `change` of one of the plan's `resource_changes` or `output_changes`
 * @returns {Difference[]} by path
 */
export function attributeDifferences(change) {
  const { before, after, after_unknown: unknown, before_sensitive, after_sensitive } = change;
  return inside("", before, after, { unknown, before: before_sensitive, after: after_sensitive });
}

/** What a new resource is made with: what the configuration says, not what AWS will answer. */
export function attributesOf({ after, after_sensitive: marks }) {
  const isSaid = (value) => !(value === null || value === "" || (typeof value === "object" && isEmpty(value)));
  const keys = Object.keys(after ?? {}).sort();
  return keys
    .filter((key) => isSaid(after[key]))
    .map((key) => ({ path: key, after: holdsTrue(markOf(marks, key)) ? SENSITIVE : after[key] }));
}

const isEmpty = (value) => Object.keys(value).length === 0;
