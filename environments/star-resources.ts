// The one list of statements that are about every resource, and why none can be named. A statement of a key's own policy
// is not among them: there, * is the key.

import { AREAS } from "../bootstrap/areas";

/** Actions on `*` in one policy document. */
export interface StarResource {
  /** The document's construct path, without the stack's name. */
  readonly document: RegExp;
  readonly actions: readonly string[];
  readonly why: string;
}

/** What an area says of actions for which AWS knows no resource, or none before it is made. */
const anywhere = AREAS.flatMap(({ service, anywhere: actions = {} }) =>
  [...new Set(Object.values(actions).flat())].map((action) => `${service}:${action}`),
);

/** Everything that may be about `*`. */
export const STAR_RESOURCES: readonly StarResource[] = [
  {
    document: /^mwaa-orchestration\/airflow-role\/permissions$/,
    actions: ["s3:GetAccountPublicAccessBlock", "logs:DescribeLogGroups", "cloudwatch:PutMetricData"],
    why: "AWS knows no resource for them; MWAA asks every execution role for them",
  },
  {
    document: /^mwaa-orchestration\/airflow-role\/permissions$/,
    actions: [
      ...["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
      ...["kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
    ],
    why: "the key of Airflow's own queue belongs to an account of MWAA's; a condition keeps it to that queue's service",
  },
  {
    document: /^mwaa-orchestration\/airflow-role\/permissions$/,
    actions: ["elasticmapreduce:RunJobFlow", "elasticmapreduce:ListClusters"],
    why: "a cluster that is made or looked for has no name yet",
  },
  {
    document: /^mwaa-orchestration\/guards\/reaper\/role\/permissions$/,
    actions: ["elasticmapreduce:ListClusters"],
    why: "AWS knows no resource for it; ending a cluster is bound to the environment's tag",
  },
  {
    document: /^mwaa-orchestration\/network\/flow-log-role\/permissions$/,
    actions: ["logs:DescribeLogGroups"],
    why: "AWS knows no resource for it",
  },
  {
    document: /^mwaa-orchestration\/network\/s3-endpoint-policy$/,
    actions: ["s3:GetAccountPublicAccessBlock"],
    why: "AWS knows no resource for it; an endpoint's policy lets nobody do what a role does not",
  },
  {
    document: /^(dev|staging|prod)\/(boundary|read-\w+|deploy-\w+)-permissions$/,
    actions: anywhere,
    why: "CI's roles: each area of bootstrap/areas.ts names, as `anywhere`, what AWS cannot bind to the environment's own",
  },
];
