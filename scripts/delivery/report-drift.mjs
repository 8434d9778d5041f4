// `report-drift.mjs ENVIRONMENT FOLDER`: keeps the environment's drift issue true to the plan in FOLDER, and fails while
// there is a difference.
import { issueRequests, titleOf } from "./drift-issue.mjs";
import { readRecord } from "./plan-record.mjs";
import { github, githubPages, Refused, runPage, runScript } from "./runner.mjs";

await runScript(([environment, folder]) => {
  const record = readRecord(folder);
  const open = githubPages("issues?state=open&per_page=100");
  for (const { path, ...request } of issueRequests({ environment, page: runPage(), record, open }))
    github(path, request);
  if (record.changed)
    throw new Refused(
      `${environment} is not what main says (${record.review.headline}): see the issue "${titleOf(environment)}".`,
    );
});
