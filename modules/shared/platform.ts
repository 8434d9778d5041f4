// What every module of one environment knows of it.

/** The environment that modules are built for. */
export interface Platform {
  /** Name of the environment, such as `dev`. */
  readonly environment: string;
  /** Prefix of every name, such as `mercafacil-dev`. */
  readonly prefix: string;
  /** AWS region. */
  readonly region: string;
  /** IANA zone of business dates, partitions and schedules. */
  readonly timeZone: string;
  /** ARN of the SNS topic that every alarm goes to. */
  readonly alarmTopicArn: string;
  /** Days that log lines are kept. */
  readonly logRetentionDays: number;
  /** Whether the whole environment may be thrown away: the first of the two keys that destroy data. */
  readonly disposable: boolean;
}
