// Which clusters have outlived their night: those of this environment whose deadline has passed, and no other.
import { parseRfc3339 } from "../shared/rfc3339";

/** An active cluster as EMR describes it. */
export type ActiveCluster = { readonly id: string; readonly tags: ReadonlyMap<string, string> };

/** What becomes of it. */
export type Verdict = "terminate" | "leave" | "no_deadline" | "not_ours";

// The DAG puts both on every cluster it makes (dags/job_flow.py).
const ENVIRONMENT_TAG = "environment";
const DEADLINE_TAG = "deadline";

/** The verdict on a cluster at an instant (epoch ms). One of ours without a deadline is told, never ended. */
export function judgeCluster({ tags }: ActiveCluster, environment: string, now: number): Verdict {
  if (tags.get(ENVIRONMENT_TAG) !== environment) return "not_ours";
  const deadline = parseRfc3339(tags.get(DEADLINE_TAG) ?? "");
  if (deadline === undefined) return "no_deadline";
  return now > deadline ? "terminate" : "leave";
}
