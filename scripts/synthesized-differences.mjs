// What two syntheses of one configuration disagree on, said by address and attribute; versions and the place that the
// provider comes from are no difference.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The stack without what names the library that wrote it, and the provider's version and source. */
export function comparable(text) {
  const { "//": _library, terraform, ...json } = JSON.parse(text, (key, value) => (key === "//" ? undefined : value));
  const { required_providers: providers, ...settings } = terraform;
  return { ...json, terraform: { ...settings, required_providers: Object.keys(providers) } };
}

const isObject = (value) => typeof value === "object" && value !== null;

/** Paths at which two values disagree, with both values; a part that only one side has is named whole. */
export function differences(before, after, at = "") {
  if (isObject(before) && isObject(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], at ? `${at}.${key}` : key));
  }
  if (Object.is(before, after)) return [];
  return [`${at}: ${JSON.stringify(before) ?? "nothing"} became ${JSON.stringify(after) ?? "nothing"}`];
}

/** Addresses of a stack's resources and data sources. */
export const addressesOf = ({ resource = {}, data = {} }) =>
  [...Object.entries(resource), ...Object.entries(data).map(([type, blocks]) => [`data.${type}`, blocks])].flatMap(
    ([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`),
  );

/**
 * Compares the stacks below two output folders of synth.
 * @returns {{stacks: number, addresses: number, found: string[]}} how much was compared, and a line for each difference
 */
export function compareStacks(before, after) {
  const names = (folder) => readdirSync(path.join(folder, "stacks")).sort();
  const read = (folder, name) => comparable(readFileSync(path.join(folder, "stacks", name, "cdk.tf.json"), "utf8"));
  const found = differences(names(before), names(after), "stacks");
  if (found.length > 0) return { stacks: 0, addresses: 0, found };
  let addresses = 0;
  for (const name of names(before)) {
    const [old, young] = [read(before, name), read(after, name)];
    addresses += addressesOf(old).length;
    found.push(...differences(old, young, name));
  }
  return { stacks: names(before).length, addresses, found };
}
