// What no environment may say, and what no two may say together: tables, judged whole before anything is written.
import { STATE_PREFIX } from "../bootstrap/place";
import { isLoopback } from "../modules/dispatch/sending-rules";
import { LOG_RETENTION_DAYS } from "../modules/shared/aws-limits";
import { isBucketName } from "../modules/shared/bucket-name";
import { PARTITION_GRANULARITIES } from "../modules/shared/partition-keys";
import { isTimeZone, isWhole, type Rule, violations } from "../modules/shared/rules";
import type { Environment } from "./environment";

/** The one environment whose every shopper may be messaged, since its messages cannot leave the machine. */
const LOCAL = "local";
/** The one environment that messages real shoppers. */
const PRODUCTION = "prod";

/** The rules of an environment that no single module could judge; each module has its own beside them. */
export const ENVIRONMENT_RULES: readonly Rule<Environment>[] = [
  {
    rule: "name is 2–12 lower-case letters, digits and hyphens, beginning with a letter and not ending in a hyphen",
    received: ({ name }) => name,
    holds: ({ name }) => /^[a-z][a-z0-9-]{0,10}[a-z0-9]$/.test(name),
    remedy: "shorten it: bucket names, role names and stream names carry it",
  },
  {
    rule: "account is the 12 digits of an AWS account",
    received: ({ account }) => account,
    holds: ({ account }) => /^\d{12}$/.test(account),
    remedy: "write the account's id without spaces or hyphens",
  },
  {
    rule: 'deployedBy is "anyone" or "ci"',
    received: ({ deployedBy }) => deployedBy,
    holds: ({ deployedBy }) => ["anyone", "ci"].includes(deployedBy),
    remedy: 'take "ci" when in doubt',
  },
  {
    rule: "what is not disposable is deployed by CI alone",
    received: ({ disposable, deployedBy }) => ({ disposable, deployedBy }),
    holds: ({ disposable, deployedBy }) => disposable || deployedBy !== "anyone",
    remedy: 'set deployedBy to "ci": what was not reviewed shall not reach kept data',
  },
  {
    rule: "region is written like sa-east-1",
    received: ({ region }) => region,
    holds: ({ region }) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(region),
    remedy: "take sa-east-1",
  },
  {
    rule: "timeZone is one that the tz database knows",
    received: ({ timeZone }) => timeZone,
    holds: ({ timeZone }) => isTimeZone(timeZone),
    remedy: "take America/Sao_Paulo",
  },
  {
    rule: "the state of every environment but local lies in S3",
    received: ({ state }) => state.kind,
    holds: ({ name, state }) => name === LOCAL || state.kind === "s3",
    remedy: "name the state bucket and its region: a file in a clone is lost, and nobody else sees its lock",
  },
  {
    rule: `the state bucket is called ${STATE_PREFIX}-state-…, by a name that S3 takes`,
    received: ({ state }) => (state.kind === "s3" ? state.bucket : undefined),
    holds: ({ state }) =>
      state.kind !== "s3" || (state.bucket.startsWith(`${STATE_PREFIX}-state-`) && isBucketName(state.bucket)),
    remedy: "name it after the environment or its account; the account's bootstrap makes it",
  },
  {
    rule: "logRetentionDays is a number of days that CloudWatch takes",
    received: ({ logRetentionDays }) => logRetentionDays,
    holds: ({ logRetentionDays }) => LOG_RETENTION_DAYS.includes(logRetentionDays),
    remedy: `take one of ${LOG_RETENTION_DAYS.join(", ")}`,
  },
  {
    rule: "no module destroys its data unless the environment is disposable",
    received: ({ disposable, destroyData }) => ({ disposable, destroyData }),
    holds: ({ disposable, destroyData }) => disposable || !Object.values(destroyData).includes(true),
    remedy: "set every destroyData to false, or say that the environment is disposable",
  },
  {
    rule: "prod is not disposable",
    received: ({ disposable }) => disposable,
    holds: ({ name, disposable }) => name !== PRODUCTION || !disposable,
    remedy: "set disposable to false",
  },
  {
    rule: "each of alarms.emails looks like an address, and none comes twice",
    received: ({ alarms }) => alarms.emails,
    holds: ({ alarms: { emails } }) => emails.every(isAddress) && new Set(emails).size === emails.length,
    remedy: "write name@domain, once",
  },
  {
    rule: `${PRODUCTION} tells somebody when something is wrong`,
    received: ({ alarms }) => alarms.emails,
    holds: ({ name, alarms }) => name !== PRODUCTION || alarms.emails.length > 0,
    remedy: "name at least one address in alarms.emails",
  },
  {
    rule: "monthlyBudgetUsd is a whole number of dollars from 1 to 1,000,000",
    received: ({ monthlyBudgetUsd }) => monthlyBudgetUsd,
    holds: ({ monthlyBudgetUsd }) => isWhole(monthlyBudgetUsd, 1, 1_000_000),
    remedy: "write what the environment may cost in a month",
  },
  {
    rule: `partitionGranularity is ${PARTITION_GRANULARITIES.join(", ")}`,
    received: ({ streams }) => streams.partitionGranularity,
    holds: ({ streams }) => PARTITION_GRANULARITIES.includes(streams.partitionGranularity),
    remedy: "take hour",
  },
  {
    rule: "catchUpHours is a whole number from 0 to 168",
    received: ({ streams }) => streams.catchUpHours,
    holds: ({ streams }) => isWhole(streams.catchUpHours, 0, 168),
    remedy: "take 24: a store that was offline for a day",
  },
  {
    rule: "openPartitionQuota is a whole number from 1 to 5,000",
    received: ({ streams }) => streams.openPartitionQuota,
    holds: ({ streams }) => isWhole(streams.openPartitionQuota, 1, 5_000),
    remedy: "take 500 until AWS has raised it",
  },
  {
    rule: `recipients "all" is for ${PRODUCTION}, and for ${LOCAL} with a loopback Twilio base URL`,
    received: ({ sending }) => ({ recipients: sending.recipients, twilioBaseUrl: sending.twilioBaseUrl }),
    holds: ({ name, sending }) =>
      sending.recipients !== "all" || name === PRODUCTION || (name === LOCAL && isLoopback(sending.twilioBaseUrl)),
    remedy: "set recipients to allowlist or none",
  },
  {
    rule: `in ${PRODUCTION} every chain has a sender under its own name, not *`,
    received: ({ sending }) => sending.senders,
    holds: ({ name, sending }) => name !== PRODUCTION || !("*" in sending.senders),
    remedy: "name each chain with its number: a shopper must see who writes, and STOP must reach that chain alone",
  },
  {
    rule: `in ${PRODUCTION} no two chains share a sender`,
    received: ({ sending }) => sharedSenders(sending.senders),
    holds: ({ name, sending }) => name !== PRODUCTION || Object.keys(sharedSenders(sending.senders)).length === 0,
    remedy: "give each of the chains named a number of its own: a STOP to a shared one opts out of all of them",
  },
];

/** The chains of each sender that serves more than one. */
function sharedSenders(senders: Environment["sending"]["senders"]): Record<string, string[]> {
  const chains = new Map<string, string[]>();
  for (const [chain, sender] of Object.entries(senders)) chains.set(sender, [...(chains.get(sender) ?? []), chain]);
  return Object.fromEntries([...chains].filter(([, served]) => served.length > 1));
}

function isAddress(text: string): boolean {
  return /^[^\s@<>,;:"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(text);
}

/** The rules of all environments together. */
export const TOGETHER_RULES: readonly Rule<readonly Environment[]>[] = [
  {
    rule: "no two environments have one name",
    received: (all) => all.map(({ name }) => name),
    holds: (all) => new Set(all.map(({ name }) => name)).size === all.length,
    remedy: "rename one: their resources would have the same names",
  },
  {
    rule: `${PRODUCTION} has an account of its own`,
    received: (all) => all.filter(({ name }) => name !== PRODUCTION).map(({ name, account }) => ({ name, account })),
    holds: (all) => {
      const accounts = (wanted: boolean) => all.filter(({ name }) => (name === PRODUCTION) === wanted);
      const taken = new Set(accounts(true).map(({ account }) => account));
      return accounts(false).every(({ account }) => !taken.has(account));
    },
    remedy: "move the others to another account: what may break there must not break here",
  },
  {
    rule: "an account has one state bucket, and a state bucket one account",
    received: stateBuckets,
    holds: (all) => {
      const places = stateBuckets(all);
      const distinct = (values: readonly string[]) => new Set(values).size === places.length;
      return distinct(places.map(({ account }) => account)) && distinct(places.map(({ bucket }) => bucket));
    },
    remedy: "name the bucket that the account's bootstrap made",
  },
];

/** Every pair of account and state bucket, once. */
function stateBuckets(all: readonly Environment[]): { account: string; bucket: string }[] {
  const pairs = all.flatMap(({ account, state }) =>
    state.kind === "s3" ? [[`${account} ${state.bucket}`, { account, bucket: state.bucket }] as const] : [],
  );
  return [...new Map(pairs).values()];
}

/** One sentence for each rule that any of the environments breaks, alone or beside the others. */
export function environmentViolations(all: readonly Environment[]): string[] {
  return [
    ...violations("environments", all, TOGETHER_RULES),
    ...all.flatMap((environment) => violations(environment.name, environment, ENVIRONMENT_RULES)),
  ];
}
