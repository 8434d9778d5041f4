// The one comment of a pull request that shows the plans of its environments, and that later plans rewrite in place.
import { identityText } from "./plan-record.mjs";
import { code } from "./plan-values.mjs";
import { COMMENT_LIMIT, reviewMarkdown } from "./review-markdown.mjs";

/** Begins the comment and is not seen. */
export const MARKER = "<!-- terraform plans -->";
/** Whose comments these are: nobody else's is rewritten or believed. */
const AUTHOR = "github-actions[bot]";

/** The comment or issue that begins with a marker, among GitHub's. */
export const ownComment = (comments, marker) =>
  comments.find(({ user, body }) => user?.login === AUTHOR && (body ?? "").startsWith(marker));

const warning = ({ loses }) => (loses > 0 ? ` — **${loses} with data destroyed or replaced**` : "");

/**
 * @param {object} found
 * @param {string} found.head the commit that the pull request asks to merge
 * @param {string} found.page address of the run that planned
 * @param {readonly {environment: string, record?: import("./plan-record.mjs").PlanRecord}[]} found.plans in the order of deployment; without a record where planning failed
 */
export function planComment({ head, page, plans }) {
  const overview = plans.map(({ environment, record }) =>
    record === undefined
      ? `- **${environment}: the plan failed**, and nothing can be deployed: the [run](${page}) says why`
      : `- ${environment}: ${record.review.headline}${warning(record.review)}`,
  );
  const opening = [
    MARKER,
    `# Plan of ${code(head.slice(0, 12))}, merged into main`,
    "",
    ...overview,
    "",
    `After the merge \`deploy\` applies exactly these plans, or refuses. Long values are cut; the [run's page](${page}) has more room.`,
    "",
  ];
  const reviews = plans.flatMap(({ environment, record }) =>
    record === undefined ? [] : [{ environment, about: identityText(record), review: record.review }],
  );
  const elsewhere = `All of it: the [run's page](${page}).`;
  return reviewMarkdown({ reviews, opening: opening.join("\n"), elsewhere, limit: COMMENT_LIMIT });
}
