import { scheduledInstants } from "./schedule-expression";

const zone = "America/Sao_Paulo";
const from = Date.parse("2026-11-23T08:00:00-03:00");
const until = Date.parse("2026-11-24T00:00:00-03:00");
const times = (expression: string, timeZone = zone, start = from, end = until) =>
  scheduledInstants(expression, timeZone, start, end).map((instant) => new Date(instant).toISOString().slice(0, 16));

test("a cron expression fires at its local times, the first instant included and the last not", () => {
  expect(times("cron(0 8-10 * * ? *)")).toEqual(["2026-11-23T11:00", "2026-11-23T12:00", "2026-11-23T13:00"]);
  expect(times("cron(15 20 * * ? *)")).toEqual(["2026-11-23T23:15"]);
  expect(times("cron(0 0 * * ? *)")).toEqual([]);
  expect(times("cron(0 12 * * ? *)", "UTC")).toEqual(["2026-11-23T12:00"]);
});

test("days of the week count from 1 = Sunday, and names are names", () => {
  const week = Date.parse("2026-11-30T00:00:00-03:00");
  expect(times("cron(0 9 ? * 1 *)", zone, from, week)).toEqual(["2026-11-29T12:00"]);
  expect(times("cron(0 9 ? * 2-3 *)", zone, from, week)).toEqual(["2026-11-23T12:00", "2026-11-24T12:00"]);
  expect(times("cron(0 9 ? * SAT *)", zone, from, week)).toEqual(["2026-11-28T12:00"]);
});

test("a rate counts from the beginning", () => {
  expect(times("rate(5 hours)")).toEqual([
    "2026-11-23T11:00",
    "2026-11-23T16:00",
    "2026-11-23T21:00",
    "2026-11-24T02:00",
  ]);
  expect(times("rate(15 minutes)")).toHaveLength(64);
});

test.each([
  "at(2026-11-23T10:00:00)",
  "cron(0 8 * * *)",
  "cron(0 8 * * ? 2026)",
  "cron(0 8 ? * ? *)",
  "cron(0 8 * * * *)",
  "cron(0 8 L * ? *)",
  "cron(0 8 ? * 2#1 *)",
  "cron(0 8 ? * 0 *)",
  "rate(0 hours)",
  "rate(1 week)",
  "0 8 * * *",
])("%s is refused", (expression) => {
  expect(() => times(expression)).toThrow();
});
