// Plans made by hand, as `terraform show -json` gives them, and what a reviewer reads of them.
import { evaluate } from "../script-fixture";

interface Change {
  readonly address: string;
  readonly change: Readonly<Record<string, unknown>>;
}

/** One of Terraform's `resource_changes`. */
export const resource = (address: string, change: object, others: object = {}): Change => ({
  address,
  change: { before: null, after: null, ...change },
  ...{ type: address.split(".")[0], mode: "managed", ...others },
});
export const update = (before: object, after: object, marks: object = {}) =>
  resource("aws_thing.one", { actions: ["update"], before, after, ...marks });
export const create = (address: string, after: object = {}) => resource(address, { actions: ["create"], after });

const MARKDOWN = `const markdown = (plan, paths) => reviewMarkdown({ opening: "", elsewhere: "", limit: 1e9,
  reviews: [{ environment: "dev", review: it.reviewOf(plan, paths) }] });`;

/** What the reviewer reads of each plan. */
export function reviews(plans: readonly object[], paths: Readonly<Record<string, string>> = {}): string[] {
  const module = JSON.stringify(`${__dirname}/review-markdown.mjs`);
  const expression = `(async () => { const { reviewMarkdown } = await import(${module}); ${MARKDOWN}
    return given.plans.map((plan) => markdown(plan, given.paths)); })()`;
  return evaluate("delivery/plan-review.mjs", expression, { plans, paths }) as string[];
}

export const review = (changes: readonly Change[], others: object = {}, paths = {}): string =>
  reviews([{ resource_changes: changes, ...others }], paths)[0]!;

/** The lines about attributes. */
export const lines = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("- "));

export const destroyed = (address: string) =>
  resource(address, { actions: ["delete"], before: {} }, { action_reason: "delete_because_no_resource_config" });
