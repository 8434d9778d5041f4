// An environment is literal values and nothing else; the rules judge all of them at once before anything is built.
import { isLoopback, SENDING_RULES, type SendingSettings } from "../modules/dispatch/sending-rules";
import type { StreamSettings } from "../modules/ingestion/stream-plan";
import type { Network, NightSettings } from "../modules/mwaa-orchestration/night-configuration";
import { NIGHT_RULES } from "../modules/mwaa-orchestration/night-rules";
import { PARTITION_GRANULARITIES } from "../modules/shared/partition-keys";
import { isTimeZone, isWhole, Refusal, type Rule, violations } from "../modules/shared/rules";

/** Where Terraform keeps its state. */
export type State =
  /** A file in the clone: for an environment that no two people share. */
  | { readonly kind: "file" }
  /** An S3 object, locked natively while Terraform works. */
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string };

/** One environment; each field says its unit. */
export interface Environment {
  /** Name, part of every resource's name: 2–12 lower-case letters, digits and hyphens. */
  readonly name: string;
  /** AWS region that everything lies in. */
  readonly region: string;
  /** IANA zone of business dates, partitions, schedules and sending hours. */
  readonly timeZone: string;
  /** Where Terraform keeps its state. */
  readonly state: State;
  /** Whether the environment may be thrown away: the first key to destroying data. */
  readonly disposable: boolean;
  /** Which modules' data goes with the stack: the second key, module by module. */
  readonly destroyData: { readonly lake: boolean; readonly ingestion: boolean; readonly dispatch: boolean };
  /** Days that log lines are kept; CloudWatch takes certain numbers only. */
  readonly logRetentionDays: number;
  /** Buffering and partitioning of events. */
  readonly streams: StreamSettings;
  /** Ids of the network that Airflow and the clusters run in. */
  readonly network: Network;
  /** The model's window, offers, cluster and Airflow's size. */
  readonly night: NightSettings;
  /** Who may be messaged, from which number, at what cost. */
  readonly sending: SendingSettings;
}

// What CloudWatch Logs accepts.
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

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
];

/** The rules of all environments together. */
const TOGETHER: readonly Rule<readonly Environment[]>[] = [
  {
    rule: "no two environments have one name",
    received: (all) => all.map(({ name }) => name),
    holds: (all) => new Set(all.map(({ name }) => name)).size === all.length,
    remedy: "rename one: their resources would have the same names",
  },
];

/** Throws one error that names every rule that any of the environments breaks. */
export function checkEnvironments(all: readonly Environment[]): void {
  const broken = [
    ...violations("environments", all, TOGETHER),
    ...all.flatMap((environment) => [
      ...violations(environment.name, environment, ENVIRONMENT_RULES),
      ...violations(environment.name, environment.sending, SENDING_RULES),
      ...violations(environment.name, environment, NIGHT_RULES),
    ]),
  ];
  if (broken.length > 0) throw new Refusal(broken);
}
