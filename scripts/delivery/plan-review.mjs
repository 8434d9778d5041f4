// A plan as its reviewer reads it: first and loudly what is destroyed or replaced, then what changes, then what is new.
// Pure, and the same plan always gives the same text.
import { attributeDifferences, attributesOf } from "./attribute-differences.mjs";
import { code, htmlCode, shownPair, shownValue, UNKNOWN } from "./plan-values.mjs";
import { headlineOf, outputChanges, plannedChanges } from "./planned-changes.mjs";

/** Attributes of one resource that are shown. */
export const ATTRIBUTE_LIMIT = 60;

/** Entries that are shown of what a list loses or gains. */
const ENTRY_LIMIT = 10;

/**
 * @typedef {{id: string, title: string, what: string, items: string[]}} Section `what` names its items, for what is left out
 * @typedef {{headline: string, loses: number, sections: Section[]}} Review sections from the most important to the least
 */

function entries(values) {
  const more = values.length - ENTRY_LIMIT;
  return `${values.slice(0, ENTRY_LIMIT).map(shownValue).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function difference({ path, before, after, removed, added, note }) {
  if (note !== undefined) return `${code(path)}: ${note}`;
  if (removed !== undefined) {
    const lists = [
      ["loses", removed],
      ["gains", added],
    ].filter(([, values]) => values.length > 0);
    return `${code(path)} ${lists.map(([verb, values]) => `${verb} ${entries(values)}`).join("; ")}`;
  }
  const [was, becomes] = shownPair(before, after);
  return `${code(path)}: ${was} → ${becomes}`;
}

function list(lines) {
  const more = lines.length - ATTRIBUTE_LIMIT;
  const shown = lines.slice(0, ATTRIBUTE_LIMIT).map((line) => `- ${line}`);
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

const details = (summary, body) => `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

/** The attribute that a path lies in. */
const attributeOf = ({ path }) => /^[^.[]+/.exec(path)?.[0] ?? path;

/** `a.b[0]` of Terraform's `["a", "b", 0]`. */
const dotted = (steps) =>
  steps.map((step, place) => (typeof step === "number" ? `[${step}]` : `${place > 0 ? "." : ""}${step}`)).join("");

function asides({ previous, imported, outside }) {
  return [
    previous === undefined ? [] : `was ${code(previous)}`,
    imported ? "taken over from AWS" : [],
    outside ? "was changed outside Terraform" : [],
  ].flat();
}

/** The differences that force a replacement, and the paths that do so without one that is known. */
function forced(change) {
  const paths = (change.replace_paths ?? []).map(dotted).sort();
  const forcing = attributeDifferences(change).filter((each) => paths.includes(attributeOf(each)));
  return { forcing, unexplained: paths.filter((path) => !forcing.some((each) => attributeOf(each) === path)) };
}

function lost({ kind, address, deposed, holds, reason, change, ...rest }) {
  const { forcing, unexplained } = forced(change);
  const why = [
    reason,
    ...(kind === "replace" ? [...forcing.map(difference), ...unexplained.map(code)] : []),
    ...asides(rest),
  ].filter((text) => text !== undefined);
  const what = kind === "replace" ? "replaced" : "destroyed";
  const which = deposed === undefined ? "" : " (left over by a replacement)";
  const loss = holds === undefined || deposed !== undefined ? "" : ` — **holds data: ${holds}**`;
  return `- **${what}** ${code(address)}${which}${loss}${why.length > 0 ? ` — ${why.join("; ")}` : ""}`;
}

function attributes(name, differences, lines) {
  const changed = [...new Set(differences.map(attributeOf))].map(htmlCode).join(", ");
  return details(`${name}${changed === "" ? "" : `: ${changed}`}`, list(lines));
}

function updated({ address, change, ...rest }) {
  const differences = attributeDifferences(change);
  return attributes(htmlCode(address), differences, [...asides(rest), ...differences.map(difference)]);
}

/** What a replacement changes beside its reason; what AWS alone says of the new one is no change that anybody made. */
function changedByReplacing({ address, change, configured }) {
  const reasons = forced(change).forcing.map(({ path }) => path);
  const isOurs = (each) => each.after !== UNKNOWN || (configured?.includes(attributeOf(each)) ?? true);
  const others = attributeDifferences(change).filter((each) => isOurs(each) && !reasons.includes(each.path));
  return others.length === 0 ? [] : [attributes(`replaced: ${htmlCode(address)}`, others, others.map(difference))];
}

const kept = ({ kind, address, holds, previous }) =>
  ({
    forget: `- **forgotten** ${code(address)}: it stays in AWS, and Terraform knows it no more${holds === undefined ? "" : ` — **holds data: ${holds}**`}`,
    import: `- taken over from AWS: ${code(address)}`,
    move: `- moved: ${code(previous ?? "")} → ${code(address)}`,
  })[kind];

function addedByModule(added) {
  const modules = [...new Set(added.map(({ module }) => module))].sort();
  return modules.map((name) => {
    const addresses = added.filter(({ module }) => module === name).map(({ address }) => `- ${code(address)}`);
    return details(`${htmlCode(name)}: ${addresses.length}`, addresses.join("\n"));
  });
}

const made = ({ address, change }) =>
  details(
    htmlCode(address),
    list(attributesOf(change).map(({ path, after }) => `${code(path)}: ${shownValue(after)}`)),
  );

/**
 * @param {object} plan from `terraform show -json`
 * @param {Record<string, string>} [paths] construct paths by address, for the modules of what is new
 * @returns {Review}
 */
export function reviewOf(plan, paths = {}) {
  const changes = plannedChanges(plan, paths);
  const outputs = outputChanges(plan);
  const of = (...kinds) => changes.filter(({ kind }) => kinds.includes(kind));
  const gone = of("destroy", "replace");
  const withData = gone.filter(({ holds, deposed }) => holds !== undefined && deposed === undefined);
  const others = gone.filter((change) => !withData.includes(change));
  const inOrder = [withData, others].flatMap((part) => [
    ...part.filter(({ kind }) => kind === "destroy"),
    ...part.filter(({ kind }) => kind === "replace"),
  ]);
  const alarm = `**${gone.length} destroyed or replaced, ${withData.length} of them with data.**`;
  const section = (id, title, what, items) => ({ id, title, what, items });
  const sections = [
    section("lost", `> [!CAUTION]\n> ${alarm}\n`, "of what is destroyed or replaced", inOrder.map(lost)),
    section("kept", "### Forgotten, moved or taken over\n", "moves", of("forget", "import", "move").map(kept)),
    section("changed", "### Changes\n", "changes", [
      ...of("update").map(updated),
      ...of("replace").flatMap(changedByReplacing),
    ]),
    section("outputs", "### Outputs\n", "outputs", outputs.map(output)),
    section("added", "### New, by module\n", "modules of what is new", addedByModule(of("create"))),
    section("made", "### What is new, in detail\n", "new resources in detail", of("create").map(made)),
  ];
  return {
    headline: headlineOf(changes, outputs),
    loses: withData.length,
    sections: sections.filter(({ items }) => items.length > 0),
  };
}

function output({ name, change }) {
  const named = (path) => (path === "" ? name : `${name}${path.startsWith("[") ? "" : "."}${path}`);
  const lines = attributeDifferences(change).map((each) => difference({ ...each, path: named(each.path) }));
  return lines.map((line) => `- ${line}`).join("\n");
}
