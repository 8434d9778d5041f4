// Ingestion is watched by what a chain would notice last: events that wait, that could not be converted, that were
// throttled or rejected. Metric names are AWS's (Data Firehose and API Gateway, "Monitoring with CloudWatch metrics").
import type { Construct } from "constructs";
import { type AlarmProps, alarm, functionMetric, type Metric } from "../shared/alarm";
import type { NodeFunction } from "../shared/function";
import type { Panel } from "../shared/panel";
import type { Platform } from "../shared/platform";
import type { RestApi } from "../shared/rest-api";

export interface IngestionWatchProps {
  readonly platform: Platform;
  readonly api: RestApi;
  readonly functions: { readonly authorizer: NodeFunction; readonly collector: NodeFunction };
  /** Names of the streams of events, by contract table. */
  readonly streams: Readonly<Record<string, string>>;
  /** Name of the stream of rejected events. */
  readonly quarantine: string;
  /** Seconds that events may wait in Firehose by its configuration. */
  readonly bufferSeconds: number;
}

const FIVE_MINUTES_SECONDS = 300;
const HOUR_SECONDS = 3_600;
// Data that could not be delivered is lost after 24 hours; what waits for twice its buffer and a quarter of an hour is late.
const LATE_SECONDS = 900;
const SERVER_ERROR_PERCENT = 1;
const LEAST_REQUESTS = 100;
// A few wrong events are a till; one in twenty is a chain's release.
const REJECTED_PERCENT = 5;
const LEAST_EVENTS = 1_000;

const ofStream = (stream: string, name: string, statistic: Metric["statistic"] = "Sum"): Metric => ({
  namespace: "AWS/Firehose",
  name,
  dimensions: { DeliveryStreamName: stream },
  statistic,
});

/** Makes the alarms of ingestion; returns what the dashboard shows. */
export function watchIngestion(scope: Construct, props: IngestionWatchProps): readonly Panel[] {
  const { platform, api, functions, streams, quarantine, bufferSeconds } = props;
  const watch = (given: Omit<AlarmProps, "platform" | "periodSeconds"> & Partial<AlarmProps>) =>
    alarm(scope, { platform, periodSeconds: FIVE_MINUTES_SECONDS, ...given });
  const ofApi = (name: string): Metric => ({
    namespace: "AWS/ApiGateway",
    name,
    dimensions: { ApiName: api.name },
    statistic: "Sum",
  });
  const requests = ofApi("Count");
  const serverErrors = ofApi("5XXError");

  watch({
    name: "events-5xx-share",
    description:
      "Chains get errors and keep their events: read the collector's log; is a stream or the vault throttled?",
    watch: share("errors", "requests", LEAST_REQUESTS, { errors: serverErrors, requests }),
    above: SERVER_ERROR_PERCENT,
  });
  for (const [name, { name: functionName }] of Object.entries(functions)) {
    watch({
      name: `${name}-errors`,
      description: `The ${name} function fails, so that chains get 500: read its log.`,
      watch: functionMetric(functionName, "Errors"),
      above: 0,
    });
  }
  for (const [table, stream] of Object.entries({ ...streams, quarantine })) {
    watch({
      name: `${table}-freshness`,
      description: `Events of ${table} wait in Firehose and are lost after 24 hours: see its log; can its role write, is its key on?`,
      watch: ofStream(stream, "DeliveryToS3.DataFreshness", "Maximum"),
      above: 2 * bufferSeconds + LATE_SECONDS,
    });
    watch({
      name: `${table}-throttled`,
      description: `Firehose throttles ${table}: ask AWS for a higher quota; chains get 503 and send again.`,
      watch: ofStream(stream, "ThrottledRecords"),
      above: 0,
    });
  }
  for (const [table, stream] of Object.entries(streams)) {
    watch({
      name: `${table}-unconverted`,
      description: `Events of ${table} did not fit its table and lie under errors/: mend the table or the contract, then replay them.`,
      watch: ofStream(stream, "FailedConversion.Records"),
      above: 0,
    });
    watch({
      name: `${table}-partitions`,
      description: `${table} opened more partitions than the quota and the overflow lies under errors/: who sends old events? Raise the quota.`,
      watch: ofStream(stream, "PartitionCountExceeded", "Maximum"),
      above: 0,
    });
  }
  const incoming = Object.fromEntries(
    Object.entries(streams).map(([table, stream]) => [`in_${table}`, ofStream(stream, "IncomingRecords")]),
  );
  watch({
    name: "quarantine-share",
    description:
      "More events are rejected than usual: which chain and code (the collector's log)? Tell the chain; replay later.",
    watch: share("rejected", ["rejected", ...Object.keys(incoming)].join(" + "), LEAST_EVENTS, {
      rejected: ofStream(quarantine, "IncomingRecords"),
      ...incoming,
    }),
    above: REJECTED_PERCENT,
    periodSeconds: HOUR_SECONDS,
  });
  const each = (name: string, statistic?: Metric["statistic"]) =>
    Object.fromEntries(Object.entries(streams).map(([table, stream]) => [table, ofStream(stream, name, statistic)]));
  return [
    { title: "Requests and what they got", lines: { requests, refused: ofApi("4XXError"), failed: serverErrors } },
    { title: "Events taken", lines: { ...each("IncomingRecords"), rejected: ofStream(quarantine, "IncomingRecords") } },
    { title: "Seconds that events wait", lines: each("DeliveryToS3.DataFreshness", "Maximum") },
  ];
}

/** A percentage, where there is enough to judge by. */
function share(part: string, whole: string, least: number, of: Readonly<Record<string, Metric>>) {
  return { formula: `IF((${whole}) >= ${least}, 100 * ${part} / (${whole}), 0)`, of };
}
