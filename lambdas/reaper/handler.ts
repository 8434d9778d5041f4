// No cluster outlives its night, even if Airflow died: every quarter of an hour, clusters past their deadline are ended.
import {
  type ClusterState,
  DescribeClusterCommand,
  paginateListClusters,
  TerminateJobFlowsCommand,
} from "@aws-sdk/client-emr";
import { emr } from "../shared/aws-clients";
import { required } from "../shared/env";
import { log } from "../shared/log";
import { type ActiveCluster, judgeCluster, type Verdict } from "./overdue";

const environment = required("ENVIRONMENT");
const client = emr();

const ACTIVE: ClusterState[] = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"];

async function* activeClusters(): AsyncGenerator<ActiveCluster> {
  for await (const { Clusters = [] } of paginateListClusters({ client }, { ClusterStates: ACTIVE })) {
    for (const { Id = "" } of Clusters) {
      const { Cluster } = await client.send(new DescribeClusterCommand({ ClusterId: Id }));
      const tags = (Cluster?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
      yield { id: Id, tags: new Map(tags) };
    }
  }
}

/** Invoked by the schedule with `{}`; answers how many clusters got which verdict. */
export async function handler(): Promise<Readonly<Partial<Record<Verdict, number>>>> {
  const counts: Partial<Record<Verdict, number>> = {};
  for await (const cluster of activeClusters()) {
    const verdict = judgeCluster(cluster, environment, Date.now());
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    if (verdict === "terminate") await client.send(new TerminateJobFlowsCommand({ JobFlowIds: [cluster.id] }));
    if (verdict === "terminate" || verdict === "no_deadline") log("overdue", { cluster: cluster.id, verdict });
  }
  log("reaped", { clusters: counts as Record<string, number> });
  return counts;
}
