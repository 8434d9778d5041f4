// Sending is watched by what it must never do quietly: leave messages in doubt, be refused, run out of money, stand still
// or park work. Each alarm says what to do.
import type { Construct } from "constructs";
import { type AlarmProps, alarm, functionMetric, queueMetric } from "../shared/alarm";
import type { NodeFunction } from "../shared/function";
import { logMetric } from "../shared/log-metric";
import type { Panel } from "../shared/panel";
import type { Platform } from "../shared/platform";
import type { DeadLetterQueue, Queue } from "../shared/queue";
import type { DispatchFunction } from "./dispatch-functions";

export interface SendingWatchProps {
  readonly platform: Platform;
  readonly functions: ReadonlyMap<DispatchFunction, NodeFunction>;
  /** Where work that failed too often lies, by what it was. */
  readonly parked: Readonly<Record<string, DeadLetterQueue>>;
  /** Where shards wait for a sender. */
  readonly waiting: Queue;
}

const QUARTER_HOUR_SECONDS = 900;
const HOUR_SECONDS = 3_600;

// A hold-up at one carrier leaves a few messages in doubt; more of them in a quarter of an hour is Twilio or our network.
const IN_DOUBT = 10;
// Numbers that were given up are 1–3 % of a base; more is a wrong sender, a wrong template or a wrong list.
const REJECTED_PERCENT = 5;
const REJECTED_LEAST_MESSAGES = 50;
const SHARD_WAIT_SECONDS = 3_600;
const PARKED_SECONDS = 300;
const PARKED_PERIOD_SECONDS = 300;

/** Makes the alarms of sending; returns what the dashboard shows. */
export function watchSending(scope: Construct, props: SendingWatchProps): readonly Panel[] {
  const { platform, parked, waiting } = props;
  const watch = (given: Omit<AlarmProps, "platform">) => alarm(scope, { platform, ...given });
  const { lines, left, signs, receipts, found, swept } = countsOf(scope, props);

  watch({
    name: "in-doubt",
    description:
      "Messages are in doubt and will not be sent again: is Twilio up (status.twilio.com)? Reconcile the day.",
    watch: lines.IN_DOUBT,
    above: IN_DOUBT,
    periodSeconds: QUARTER_HOUR_SECONDS,
  });
  watch({
    name: "unsettled",
    description:
      "Messages in doubt were not found at Twilio, or cannot be told apart there: compare the sweeper's log with Twilio's.",
    watch: {
      formula: Object.keys(swept)
        .map((end) => `FILL(${end}, 0)`)
        .join(" + "),
      of: swept,
    },
    above: IN_DOUBT,
    periodSeconds: QUARTER_HOUR_SECONDS,
  });
  watch({
    name: "rejected-share",
    description:
      "Twilio refuses more numbers than usual: look at the codes in the sender's log; pause the chain if in doubt.",
    watch: {
      formula: `IF(sent + rejected >= ${REJECTED_LEAST_MESSAGES}, 100 * rejected / (sent + rejected), 0)`,
      of: { sent: lines.SENT, rejected: lines.REJECTED },
    },
    above: REJECTED_PERCENT,
    periodSeconds: HOUR_SECONDS,
  });
  watch({
    name: "budget",
    description:
      "The day's budget is used up and lines are left open: raise it in the control table, or let them expire.",
    watch: left,
    above: 0,
    periodSeconds: QUARTER_HOUR_SECONDS,
  });
  watch({
    name: "circuit",
    description:
      "Twilio refuses the whole account (code in the sender's or status' log): check its status, balance and token.",
    watch: { formula: "FILL(answers, 0) + FILL(receipts, 0)", of: signs.circuit },
    above: 0,
    periodSeconds: QUARTER_HOUR_SECONDS,
  });
  watch({
    name: "file-refused",
    description:
      "A published file does not match its manifest and is not sent: see the planner's log, supersede the night.",
    watch: signs.refused,
    above: 0,
    periodSeconds: QUARTER_HOUR_SECONDS,
  });
  watch({
    name: "imbalance",
    description: "Lines, rows and messages of the closed day do not add up: see reports/<day>.html of the OUT bucket.",
    watch: signs.imbalances,
    above: 0,
    periodSeconds: QUARTER_HOUR_SECONDS,
  });
  watch({
    name: "shards-wait",
    description: "Shards wait for a sender for over an hour: is the sender throttled, its mapping off, Twilio slow?",
    watch: queueMetric(waiting.name, "ApproximateAgeOfOldestMessage"),
    above: SHARD_WAIT_SECONDS,
    periodSeconds: QUARTER_HOUR_SECONDS,
  });
  for (const [what, queue] of Object.entries(parked)) {
    watch({
      name: `parked-${what}`,
      description: `Work of ${what} failed too often and lies in ${queue.node.id}: mend the cause, then replay it (docs/operations.md).`,
      watch: queueMetric(queue.name, "ApproximateAgeOfOldestMessage"),
      above: PARKED_SECONDS,
      periodSeconds: PARKED_PERIOD_SECONDS,
    });
  }
  for (const [name, { name: functionName }] of props.functions) {
    watch({
      name: `${name}-errors`,
      description: `The ${name} function fails: read its log.`,
      watch: functionMetric(functionName, "Errors"),
      above: 0,
      periodSeconds: QUARTER_HOUR_SECONDS,
    });
  }
  return [
    { title: "What became of lines", lines },
    { title: "Receipts", lines: receipts },
    { title: "Messages in doubt, settled", lines: { found, ...swept } },
    {
      title: "Waiting and parked",
      lines: Object.fromEntries(
        [["shards", waiting] as const, ...Object.entries(parked)].map(([what, { name }]) => [
          what,
          queueMetric(name, "ApproximateNumberOfMessagesVisible"),
        ]),
      ),
    },
  ];
}

/** The numbers that the functions write into their logs, as metrics. */
function countsOf(scope: Construct, { platform, functions }: SendingWatchProps) {
  const count = (name: string, handler: DispatchFunction, message: string, field?: string) => {
    const of = functions.get(handler);
    if (!of) throw new Error(`Sending has no function ${handler}.`);
    return logMetric(scope, { platform, name, logGroupName: of.logGroupName, message, field });
  };
  const line = (name: string, state: string) => count(name, "sender", "shard_done", `states.${state}`);
  return {
    lines: {
      SENT: line("lines-sent", "SENT"),
      SUPPRESSED: line("lines-suppressed", "SUPPRESSED"),
      REJECTED: line("lines-rejected", "REJECTED"),
      IN_DOUBT: line("lines-in-doubt", "IN_DOUBT"),
    },
    left: count("lines-left-for-budget", "sender", "shard_done", "left.budget"),
    signs: {
      circuit: {
        answers: count("circuit-opened", "sender", "circuit_opened"),
        receipts: count("circuit-opened-by-receipts", "status", "circuit_opened"),
      },
      refused: count("files-refused", "planner", "file_refused"),
      imbalances: count("imbalances", "reconciler", "reconciled", "imbalances"),
    },
    found: count("in-doubt-found", "sweeper", "swept", "found"),
    swept: {
      held: count("in-doubt-held", "sweeper", "swept", "held"),
      reopened: count("in-doubt-reopened", "sweeper", "swept", "reopened"),
      unclear: count("in-doubt-unclear", "sweeper", "swept", "unclear"),
    },
    receipts: {
      DELIVERED: count("receipts-delivered", "status", "status_applied", "DELIVERED"),
      UNDELIVERED: count("receipts-undelivered", "status", "status_applied", "UNDELIVERED"),
      opted_out: count("opt-outs", "status", "status_applied", "opted_out"),
    },
  };
}
