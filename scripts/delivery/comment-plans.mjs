// `comment-plans.mjs FOLDER ENVIRONMENT…`: writes the plans whose records lie below FOLDER into the pull request's one
// comment, and of the others that they failed. The variables PULL_REQUEST and HEAD say which, and of which commit.
import { recordsBelow } from "./plan-record.mjs";
import { github, githubPages, given, runPage, runScript } from "./runner.mjs";
import { MARKER, ownComment, planComment } from "./sticky-comment.mjs";

await runScript(([folder, ...environments]) => {
  const records = recordsBelow(folder);
  const plans = environments.map((environment) => ({ environment, record: records.get(environment) }));
  const body = planComment({ head: given("HEAD"), page: runPage(), plans });
  const comments = `issues/${given("PULL_REQUEST")}/comments`;
  const earlier = ownComment(githubPages(comments), MARKER);
  if (earlier) github(`issues/comments/${earlier.id}`, { method: "PATCH", body: { body } });
  else github(comments, { method: "POST", body: { body } });
});
