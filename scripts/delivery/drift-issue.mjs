// The one open issue of an environment that has drifted: opened, rewritten, and closed again once there is no difference.

import { COMMENT_LIMIT, reviewMarkdown } from "./review-markdown.mjs";
import { ownComment } from "./sticky-comment.mjs";

/** Title of the issue. */
export const titleOf = (environment) => `Drift in ${environment}`;
/** Begins its text and is not seen. */
export const markerOf = (environment) => `<!-- drift of ${environment} -->`;

/**
 * What to ask of GitHub.
 * @param {object} found
 * @param {string} found.environment
 * @param {string} found.page address of the run that looked
 * @param {import("./plan-record.mjs").PlanRecord} found.record
 * @param {readonly object[]} found.open the open issues
 * @returns {{path: string, method: string, body: object}[]}
 */
export function issueRequests({ environment, page, record, open }) {
  const earlier = ownComment(open, markerOf(environment));
  if (!record.changed) {
    if (earlier === undefined) return [];
    const comment = `No difference any more: [run](${page}).`;
    return [
      { path: `issues/${earlier.number}/comments`, method: "POST", body: { body: comment } },
      { path: `issues/${earlier.number}`, method: "PATCH", body: { state: "closed" } },
    ];
  }
  const issue = { title: titleOf(environment), body: bodyOf({ environment, page, record }) };
  if (earlier === undefined) return [{ path: "issues", method: "POST", body: issue }];
  return [{ path: `issues/${earlier.number}`, method: "PATCH", body: issue }];
}

function bodyOf({ environment, page, record }) {
  const opening = [
    markerOf(environment),
    `What main says and what is in AWS differ: Terraform would do the following. A deploy that waits for its reviewers shows here too. The [run](${page}) of the day looked; this issue closes itself.`,
    "",
  ];
  return reviewMarkdown({
    reviews: [{ environment, review: record.review }],
    opening: opening.join("\n"),
    elsewhere: `All of it: the [run's page](${page}).`,
    limit: COMMENT_LIMIT,
  });
}
