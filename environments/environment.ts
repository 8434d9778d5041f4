// An environment is literal values and nothing else; `environment-rules.ts` judges them before anything is written.
import type { SendingSettings } from "../modules/dispatch/sending-rules";
import type { StreamSettings } from "../modules/ingestion/stream-plan";
import type { Network } from "../modules/mwaa-orchestration/network";
import type { NightSettings } from "../modules/mwaa-orchestration/night-configuration";

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
  /** AWS account that everything lies in, 12 digits; credentials of another are refused. */
  readonly account: string;
  /** Who may apply: anybody with credentials of the account, or nobody but the role that CI takes in it. */
  readonly deployedBy: "anyone" | "ci";
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
  /** Who is told when something is wrong: e-mail addresses, each confirmed once by its owner. */
  readonly alarms: { readonly emails: readonly string[] };
  /** What the environment may cost in a calendar month before the alarms say so, in whole US dollars. */
  readonly monthlyBudgetUsd: number;
  /** Buffering and partitioning of events. */
  readonly streams: StreamSettings;
  /** The network that Airflow and the clusters run in: one of their own, or one that is there, by its ids. */
  readonly network: Network;
  /** The model's window, offers, cluster and Airflow's size. */
  readonly night: NightSettings;
  /** Who may be messaged, from which number, at what cost. */
  readonly sending: SendingSettings;
}
