// What a plan does, resource by resource, from `terraform show -json`: what is lost, what changes, what is new, and why.
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../files.mjs";

/** Terraform's types whose loss is a loss of data, with what is lost. */
const STATEFUL = JSON.parse(readFileSync(path.join(root, "environments", "stateful.json"), "utf8"));

/** Terraform's reasons, in words; one that is not here is shown by its name. */
const REASONS = {
  replace_because_tainted: "it was left half made",
  replace_because_cannot_update: "this cannot be changed in place",
  replace_by_request: "somebody asked for it on the command line",
  replace_by_triggers: "what it is tied to is replaced",
  delete_because_no_resource_config: "it is no longer in the configuration",
  delete_because_no_module: "its module is no longer in the configuration",
  delete_because_no_move_target: "nothing is left at the address that it moved to",
  delete_because_wrong_repetition: "it is no longer repeated, or is repeated otherwise",
  delete_because_count_index: "its number is beyond the count",
  delete_because_each_key: "its key is no longer among those it is made for",
};

/** One word for Terraform's list of actions; undefined for what changes nothing in AWS or the state. */
function kindOf({ change, previous_address: previous }) {
  const { actions, importing } = change;
  if (actions.includes("forget")) return "forget";
  if (actions.includes("delete")) return actions.includes("create") ? "replace" : "destroy";
  if (actions[0] === "create" || actions[0] === "update") return actions[0];
  if (actions[0] !== "no-op") return undefined;
  if (importing) return "import";
  return previous === undefined ? undefined : "move";
}

/** The module that a resource belongs to: the construct below the stack, where the stack's JSON names one. */
const moduleOf = ({ address, module_address: inner }, paths) =>
  paths[address]?.split("/").slice(1, -1)[0] ?? inner ?? "the stack itself";

/** Construct paths by address, from a stack's cdk.tf.json. */
export const constructPaths = ({ resource = {} }) =>
  Object.fromEntries(
    Object.entries(resource).flatMap(([type, blocks]) =>
      Object.entries(blocks).map(([name, block]) => [`${type}.${name}`, block["//"]?.metadata?.path ?? ""]),
    ),
  );

/** Attributes that the configuration sets, by address of the resource; the stacks have no modules of Terraform's. */
const configured = ({ configuration }) =>
  new Map(
    (configuration?.root_module?.resources ?? []).map(({ address, expressions }) => [
      address,
      Object.keys(expressions ?? {}),
    ]),
  );

const byText = (one, other) => (one < other ? -1 : Number(one > other));

/** @typedef {ReturnType<typeof plannedChanges>[number]} PlannedChange */

/**
 * Everything that a plan does, by address.
 * @param {object} plan from `terraform show -json`
 * @param {Record<string, string>} [paths] construct paths by address
 */
export function plannedChanges(plan, paths = {}) {
  const outside = new Set((plan.resource_drift ?? []).map(({ address }) => address));
  const set = configured(plan);
  const managed = (plan.resource_changes ?? []).filter(({ mode }) => mode !== "data");
  const changes = managed.flatMap((each) => {
    const kind = kindOf(each);
    if (kind === undefined) return [];
    const { address, type, deposed, change, action_reason: reason } = each;
    return [
      {
        kind,
        address,
        deposed,
        change,
        module: moduleOf(each, paths),
        previous: each.previous_address,
        imported: change.importing !== undefined && change.importing !== null,
        holds: STATEFUL[type],
        reason: reason === undefined ? undefined : (REASONS[reason] ?? reason),
        configured: set.get(`${type}.${each.name}`),
        outside: outside.has(address),
      },
    ];
  });
  return changes.sort((a, b) => byText(a.address, b.address) || byText(a.deposed ?? "", b.deposed ?? ""));
}

/** "3 to add, 1 to change, 0 to destroy"; what is replaced is counted apart. */
export function headlineOf(changes, outputs = []) {
  const count = (kind) => changes.filter((change) => change.kind === kind).length;
  const [added, changed, destroyed] = [count("create"), count("update"), count("destroy")];
  const others = [
    [count("replace"), "to replace"],
    [count("forget"), "to forget"],
    [count("move"), "to move"],
    [count("import"), "to import"],
    [outputs.length, outputs.length === 1 ? "output to change" : "outputs to change"],
  ].filter(([number]) => number > 0);
  if (changes.length + outputs.length === 0) return "no changes";
  const parts = [`${added} to add`, `${changed} to change`, `${destroyed} to destroy`];
  return [...parts, ...others.map(([number, what]) => `${number} ${what}`)].join(", ");
}

/** Outputs that a plan changes, by name. */
export const outputChanges = (plan) =>
  Object.entries(plan.output_changes ?? {})
    .filter(([, { actions }]) => actions[0] !== "no-op")
    .map(([name, change]) => ({ name, change }))
    .sort((a, b) => byText(a.name, b.name));
