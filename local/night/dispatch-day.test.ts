import type { QueuePoller } from "../invoke/queue-poller";
import type { Schedule } from "../loader/platform";
import { type DayPorts, playDay } from "./dispatch-day";

const HOUR = 3_600_000;
const schedule = (name: string, expression: string, enabled = true): Schedule => ({
  address: name,
  expression,
  timeZone: "UTC",
  functionName: name,
  role: `${name}-schedule`,
  input: "{}",
  enabled,
});

const moves: number[] = [];
beforeEach(() => void moves.splice(0));

const play = async (
  schedules: readonly Schedule[],
  poller: Partial<QueuePoller> = {},
  twilio: Partial<DayPorts["twilio"]> = {},
) => {
  const seen: string[] = [];
  const idle: QueuePoller = {
    poll: async () => false,
    running: () => 0,
    waiting: async () => 0,
    nextVisible: () => undefined,
    release: async () => undefined,
    ...poller,
  };
  await playDay(
    {
      schedules,
      pollers: [idle],
      fire: async ({ functionName }, instant) => void seen.push(`${functionName} at ${instant / HOUR}`),
      twilio: {
        idle: async () => void seen.push("twilio"),
        nextDue: () => undefined,
        release: async () => {},
        ...twilio,
      },
      moveTo: (instant) => void moves.push(instant),
      progress: () => undefined,
    },
    8 * HOUR,
    24 * HOUR,
  );
  return { seen: seen.filter((each) => each !== "twilio"), all: seen };
};

test("schedules fire in order at their instants, together at the same one, and only within the day", async () => {
  const { seen } = await play([
    schedule("closer", "cron(0 20 * * ? *)"),
    schedule("planner", "cron(0 7-9,20 * * ? *)"),
    schedule("off", "cron(0 10 * * ? *)", false),
  ]);
  expect(seen).toEqual(["planner at 8", "planner at 9", "closer at 20", "planner at 20"]);
});

test("the clock jumps on only when the queues are empty and Twilio has told everything", async () => {
  const counts = [1, 1, 0];
  const { all } = await play([schedule("a", "cron(0 8,9 * * ? *)")], {
    // Nothing is taken (it may all be in flight elsewhere), yet the queue is not empty at once.
    waiting: async () => counts.shift() ?? 0,
  });
  expect(counts).toEqual([]);
  expect(all).toEqual(["a at 8", "twilio", "a at 9", "twilio"]);
});

test("a failed message is an instant of its own", async () => {
  let visible: number | undefined = 8.5 * HOUR;
  const released: number[] = [];
  await play([schedule("a", "cron(0 8,9 * * ? *)")], {
    nextVisible: () => visible,
    release: async () => {
      if (visible === undefined || (moves.at(-1) ?? 0) < visible) return;
      released.push(visible);
      visible = undefined;
    },
  });
  expect(released).toEqual([8.5 * HOUR]);
  expect(moves).toEqual([8 * HOUR, 8 * HOUR, 8.5 * HOUR, 9 * HOUR]);
});

test("what Twilio tells later is an instant of its own, until the day is over", async () => {
  const due = [8.5 * HOUR, 25 * HOUR];
  const told: number[] = [];
  const release = async () => {
    while ((due[0] ?? Number.POSITIVE_INFINITY) <= (moves.at(-1) ?? 0)) told.push(due.shift() ?? 0);
  };
  await play([schedule("a", "cron(0 8,9 * * ? *)")], {}, { nextDue: () => due[0], release });
  expect(told).toEqual([8.5 * HOUR]);
  expect(moves).toEqual([8 * HOUR, 8 * HOUR, 8.5 * HOUR, 9 * HOUR]);
});
