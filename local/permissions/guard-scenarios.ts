// What the guards of the night, the schedules and Lambda's own failure destinations do.
import {
  DescribeClusterCommand,
  ListClustersCommand,
  RunJobFlowCommand,
  TerminateJobFlowsCommand,
} from "@aws-sdk/client-emr";
import { invokeAsynchronously } from "../invoke/asynchronous";
import type { Functions } from "../invoke/functions";
import { scheduledInstants } from "../invoke/schedule-expression";
import { fireSchedule } from "../night/sending-day";
import type { Stage } from "../stage/stage";
import { expectSame, logged, type Scenario } from "./scenario";

const SUNDAY = "2026-11-22";
const MONDAY = "2026-11-23";
const MORNING = Date.parse(`${MONDAY}T10:00:00Z`);
// Nothing is published for it.
const QUIET_DAY = Date.parse("2026-11-29T03:00:00Z");
const SCHEDULED = ["planner", "sweeper", "closer", "reconciler", "reaper", "deadline"];
const DAY = 24 * 3_600_000;

const reap = async (stage: Stage): Promise<void> => {
  const { clients, functions } = stage.standIns;
  const { Clusters = [] } = await clients.emr.send(new ListClustersCommand({ ClusterStates: ["WAITING", "RUNNING"] }));
  for (const { Id = "" } of Clusters) await clients.emr.send(new TerminateJobFlowsCommand({ JobFlowIds: [Id] }));
  const { JobFlowId } = await clients.emr.send(
    new RunJobFlowCommand({
      Name: "left running",
      Instances: { MasterInstanceType: "m6g.xlarge", InstanceCount: 1, KeepJobFlowAliveWhenNoSteps: true },
      JobFlowRole: "none",
      ServiceRole: "none",
      Tags: [
        { Key: "environment", Value: "local" },
        { Key: "deadline", Value: `${SUNDAY}T10:00:00Z` },
      ],
    }),
  );
  const counts = await functions.invoke(stage.functionName("reaper"), {}, MORNING);
  expectSame("the verdicts", counts, { terminate: 1 });
  const { Cluster } = await clients.emr.send(new DescribeClusterCommand({ ClusterId: JobFlowId }));
  expectSame("the cluster's state", Cluster?.Status?.State, "TERMINATED");
};

const judgeOffers = async (stage: Stage): Promise<void> => {
  const { functions } = stage.standIns;
  const ask = (offer_date: string) => functions.invoke(stage.functionName("deadline"), { offer_date }, MORNING);
  await stage.publish(MONDAY, "mercado-a", []);
  const nothing = (await ask("2026-11-28")) as readonly { what: string }[];
  expectSame("a day without a manifest", nothing.length, 1);
  const found = (await ask(MONDAY)) as readonly { what: string }[];
  if (JSON.stringify(found) === JSON.stringify(nothing)) throw new Error("a manifest was read as none");
};

const failing: Functions = {
  invoke: async () => {
    throw new Error("no luck");
  },
  running: () => 0,
  rest: async () => undefined,
  crash: async () => 0,
  close: async () => undefined,
};

const park = (handler: string): Scenario => ({
  role: handler,
  name: "parks an event that it failed at for good",
  actions: ["sqs:SendMessage"],
  run: async (stage) => {
    const { platform, clientsOf } = stage.standIns;
    const name = stage.functionName(handler);
    const arn = platform.functions.find((each) => each.name === name)?.asynchronous.onFailureArn;
    const url = platform.queues.find((queue) => queue.arn === arn)?.url ?? "";
    const before = await stage.queued(url);
    const { queues, functions: definitions } = platform;
    const sqsOf = (role: string) => clientsOf(role).sqs;
    await invokeAsynchronously(
      { functions: failing, definitions, queues, sqsOf, failed: () => undefined },
      name,
      {},
      0,
    );
    expectSame("events parked", (await stage.queued(url)) - before, 1);
  },
});

const fires = (handler: string): Scenario => ({
  role: `${handler}-schedule`,
  name: "invokes its function",
  run: async (stage) => {
    const { standIns } = stage;
    const schedule = standIns.platform.schedules.find(({ functionName }) => functionName.endsWith(`-${handler}`));
    if (!schedule) throw new Error(`nothing schedules ${handler}`);
    const [instant = 0] = scheduledInstants(schedule.expression, schedule.timeZone, QUIET_DAY, QUIET_DAY + DAY);
    const notes: string[] = [];
    await fireSchedule(standIns, schedule, instant, (note) => notes.push(note));
    expectSame("what became of it", notes, [`${schedule.functionName} invoked`]);
  },
});

/** Reaper, deadline, the schedules, and what Lambda parks in a function's name. */
export const guardScenarios: readonly Scenario[] = [
  { role: "reaper", name: "ends a cluster that outlived its night", run: (s) => logged(s, "reaper", () => reap(s)) },
  {
    role: "deadline",
    name: "reads a manifest and misses one",
    run: (s) => logged(s, "deadline", () => judgeOffers(s)),
  },
  ...SCHEDULED.map(park),
  ...SCHEDULED.map(fires),
];
