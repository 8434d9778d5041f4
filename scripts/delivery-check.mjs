// A change's way to AWS by the real Terraform: planned, recorded, reviewed, verified and applied by what the workflows run,
// and refused once it is stale.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { applyPlan } from "./delivery/applied-plan.mjs";
import { planBeside } from "./delivery/plan-file.mjs";
import { PLAN_FILE, recordPlan } from "./delivery/plan-record.mjs";
import { reviewOf } from "./delivery/plan-review.mjs";
import { code, htmlCode } from "./delivery/plan-values.mjs";
import { COMMENT_LIMIT, reviewMarkdown } from "./delivery/review-markdown.mjs";
import { refusePlan } from "./delivery/reviewed-plan.mjs";
import { planComment } from "./delivery/sticky-comment.mjs";

const IDENTITY = { commit: "c".repeat(40), tree: "d".repeat(40) };

/** How often a review says that, as Terraform counts: what is replaced is both added and destroyed. */
function counts(headline) {
  const of = (what) => Number(new RegExp(`(\\d+) to ${what}`).exec(headline)?.[1] ?? 0);
  return [of("add") + of("replace"), of("change"), of("destroy") + of("replace")].join();
}

const named = (text, address) => text.includes(code(address)) || text.includes(htmlCode(address));

/**
 * Why a review is not what Terraform plans; undefined when it is.
 * @param {object} plan from `terraform show -json`
 * @param {string} said what Terraform said of the plan
 * @param {import("./delivery/plan-review.mjs").Review} review
 */
export function reviewProblem(plan, said, review) {
  const [, ...planned] = /Plan: (\d+) to add, (\d+) to change, (\d+) to destroy/.exec(said) ?? [];
  if (planned.join() !== counts(review.headline))
    return `Terraform plans ${planned.join() || "nothing"}, and the review says "${review.headline}"`;
  const reviews = [{ environment: "all", review }];
  const text = reviewMarkdown({ reviews, opening: "", elsewhere: "", limit: Number.POSITIVE_INFINITY });
  const acting = plan.resource_changes.filter(
    ({ mode, change }) => mode === "managed" && !["no-op", "read"].includes(change.actions[0]),
  );
  const missing = acting.map(({ address }) => address).filter((address) => !named(text, address));
  if (missing.length > 0) return `the review does not name ${missing.join(", ")}`;
  const lost = acting.filter(({ change }) => change.actions.includes("delete")).map(({ address }) => address);
  const loud = review.sections.find(({ id }) => id === "lost")?.items ?? [];
  if (loud.length !== lost.length) return `${lost.length} are lost, and the review says so of ${loud.length}`;
  return JSON.stringify(reviewOf(plan)) === JSON.stringify(reviewOf(structuredClone(plan)))
    ? undefined
    : "the same plan gives another review";
}

/**
 * Takes an opened stack from nothing to applied; resolves to its plan as JSON, or to undefined.
 * @param {string} name of the environment
 * @param {ReturnType<typeof import("./terraform-stack.mjs").openStack>} stack
 * @param {string} out an empty folder
 * @param {(name: string, problem?: string) => boolean} report told what held, or the problem
 */
export async function checkDelivery(name, stack, out, report) {
  mkdirSync(out, { recursive: true });
  const said = {};
  const terraform = async ([command, ...args]) => {
    const ended = await stack.run(command, ...args);
    said[command] = ended.said;
    return ended;
  };
  const last = () => Object.values(said).at(-1)?.slice(-3_000);
  const identity = { environment: name, ...IDENTITY };
  const record = await recordPlan({ terraform, folder: stack.folder, out, identity });
  if (!report(`${name}: plan`, record === undefined ? last() : undefined)) return undefined;
  report(`${name}: the review is what Terraform plans`, reviewProblem(JSON.parse(said.show), said.plan, record.review));
  const plans = ["dev", "staging", "prod"].map((environment) => ({ environment, record }));
  const { length } = planComment({ head: IDENTITY.commit, page: "https://github.com", plans });
  const tooLong = length > COMMENT_LIMIT ? `the comment has ${length} characters` : undefined;
  report(`${name}: three such plans fit into one comment`, tooLong);

  const file = path.join(out, PLAN_FILE);
  const found = { ...identity, record, ...planBeside(file, stack.folder) };
  report(`${name}: the plan is found to be the reviewed one`, refusePlan(found));
  const options = { terraform, environment: name, folder: stack.folder, file };
  const applied = await applyPlan(options);
  if (!report(`${name}: apply`, applied && `${applied}\n${last()}`)) return undefined;
  const again = await applyPlan(options);
  const isTold = again !== undefined && /Saved plan is stale/.test(said.apply);
  report(`${name}: a stale plan is refused`, isTold ? undefined : last());
  return said.show;
}
