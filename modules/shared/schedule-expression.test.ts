import { isScheduleExpression } from "./schedule-expression";

test.each([
  "cron(0 8-19 * * ? *)",
  "cron(15 20 * * ? *)",
  "cron(0/15 * * * ? *)",
  "cron(0 23 ? * MON-FRI *)",
  "cron(0 8 1,15 JAN,7 ? 2027-2030)",
  "cron(0 8 L * ? *)",
  "cron(0 8 15W * ? *)",
  "cron(0 8 ? * 6#2 *)",
  "cron(0 8 ? * FRIL *)",
  "rate(1 hour)",
  "rate(15 minutes)",
  "at(2027-01-31T08:00:00)",
])("%s is taken", (expression) => {
  expect(isScheduleExpression(expression)).toBe(true);
});

test.each([
  ["no expression", "every day"],
  ["cron of five fields, as Unix and Airflow have it", "cron(0 23 * * *)"],
  ["two days that both speak", "cron(0 8 * * * *)"],
  ["two days that are both silent", "cron(0 8 ? * ? *)"],
  ["an hour that does not exist", "cron(0 24 * * ? *)"],
  ["a minute that does not exist", "cron(60 8 * * ? *)"],
  ["a day of week from 0", "cron(0 8 ? * 0 *)"],
  ["a month in Portuguese", "cron(0 8 1 FEV ? *)"],
  ["a range from late to early", "cron(0 19-8 * * ? *)"],
  ["a step of nothing", "cron(0/0 * * * ? *)"],
  ["a sixth Friday", "cron(0 8 ? * 6#6 *)"],
  ["two spaces", "cron(0  8 * * ? *)"],
  ["a rate of nothing", "rate(0 minutes)"],
  ["a rate in seconds", "rate(30 seconds)"],
  ["a day that does not exist", "at(2027-02-30T08:00:00)"],
  ["an instant with an offset", "at(2027-01-31T08:00:00Z)"],
  ["something around it", " cron(0 8 * * ? *)"],
])("%s is refused", (_, expression) => {
  expect(isScheduleExpression(expression)).toBe(false);
});
