// The day after the night: the planner, the sender and the rest at their scheduled instants, Twilio's stand-in answering.
import { join } from "node:path";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { DateTime } from "luxon";
import { invokeAsynchronously } from "../invoke/asynchronous";
import { createQueuePoller, type QueuePoller } from "../invoke/queue-poller";
import type { Schedule } from "../loader/platform";
import type { NightInstants } from "../player/played-instants";
import { playDay } from "./dispatch-day";
import type { PlayedClock } from "./played-clock";
import type { Stage } from "./progress";
import { openLog } from "./run-log";
import type { StandIns } from "./stand-ins";
import type { Workspace } from "./workspace";

/** A poller for every queue mapping of the stack. */
export const createPollers = (standIns: StandIns, now: () => number): readonly QueuePoller[] =>
  standIns.platform.mappings.map((mapping) => {
    const queue = standIns.platform.queues.find(({ arn }) => arn === mapping.queueArn);
    if (!queue) throw new Error(`the stack has no queue ${mapping.queueArn}`);
    const { clients, functions, region, clientsOf, platform } = standIns;
    const role = platform.functions.find(({ name }) => name === mapping.functionName)?.role ?? "";
    return createQueuePoller(mapping, queue, {
      sqs: clientsOf(role).sqs,
      operator: clients.sqs,
      functions,
      now,
      region,
    });
  });

/** Messages that failed too often, and asynchronous invocations that did: they lie in a queue that no function reads. */
export const countParked = async (standIns: StandIns): Promise<number> => {
  const { queues, functions } = standIns.platform;
  const ends = new Set([
    ...queues.map(({ redrive }) => redrive?.deadLetterTargetArn),
    ...functions.map(({ asynchronous }) => asynchronous.onFailureArn),
  ]);
  let parked = 0;
  for (const { url } of queues.filter(({ arn }) => ends.has(arn))) {
    const { Attributes } = await standIns.clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    parked += Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  }
  return parked;
};

/** Invokes a schedule's function at an instant as the schedule's role, and tells what became of it. */
export const fireSchedule = async (
  standIns: StandIns,
  { functionName, role, input }: Schedule,
  instant: number,
  note: (what: string) => void,
): Promise<void> => {
  const { platform, functions, access, clientsOf } = standIns;
  const resource = platform.functions.find(({ name }) => name === functionName)?.arn ?? functionName;
  const refused = await access.refusal({ role, action: "lambda:InvokeFunction", resource });
  if (refused !== undefined) return note(`${functionName} not invoked: ${refused}`);
  note(`${functionName} invoked`);
  const ports = {
    functions,
    definitions: platform.functions,
    queues: platform.queues,
    sqsOf: (name: string) => clientsOf(name).sqs,
    failed: (name: string, message: string) => note(`${name} failed: ${message}`),
  };
  await invokeAsynchronously(ports, functionName, JSON.parse(input), instant);
};

/** Plays D+1 from 08:00 until its end. */
export const playSendingDay = async (
  standIns: StandIns,
  clock: PlayedClock,
  night: NightInstants,
  workspace: Workspace,
  stage: Stage,
): Promise<void> => {
  const log = openLog(join(workspace.logs(), "schedules.log"));
  const { platform } = standIns;
  const note = (what: string) => log.write(`${new Date(clock.now()).toISOString()} ${what}`);
  await playDay(
    {
      schedules: platform.schedules,
      pollers: createPollers(standIns, clock.now),
      fire: (schedule, instant) => fireSchedule(standIns, schedule, instant, note),
      twilio: standIns.twilio,
      moveTo: clock.moveTo,
      progress: (instant) => {
        const time = DateTime.fromMillis(instant, { zone: standIns.night.timeZone }).toFormat("HH:mm");
        stage.update(`${time}, ${standIns.twilio.messages.length} messages taken by Twilio's stand-in`);
      },
    },
    night.dispatchStarts,
    night.dispatchEnds,
  );
  log.close();
};
