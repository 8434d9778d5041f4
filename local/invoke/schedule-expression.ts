// The instants of an EventBridge Scheduler expression (`cron(…)` with six fields, `rate(…)`) in its time zone.
import { CronExpressionParser } from "cron-parser";

const MINUTE = 60_000;
const rateUnits: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };

// EventBridge counts the days of the week from 1 = Sunday, cron from 0 = Sunday; names are alike.
const dayOfWeek = (field: string): string =>
  field.replace(/(?<![/#\d])\d/g, (digit) => {
    if (digit < "1" || digit > "7") throw new Error(`day of week ${digit} is not in 1–7`);
    return String(Number(digit) - 1);
  });

const cronOf = (expression: string, body: string): string => {
  const [minute, hour, dayOfMonth, month, weekday, year, ...rest] = body.trim().split(/\s+/);
  if (!minute || !hour || !dayOfMonth || !month || !weekday || !year || rest.length > 0)
    throw new Error(`${expression} needs six fields`);
  if (year !== "*") throw new Error(`${expression}: only * is executed as the year`);
  if ((dayOfMonth === "?") === (weekday === "?")) throw new Error(`${expression} needs exactly one ? among the days`);
  if (/[LW#]/.test(`${dayOfMonth} ${weekday.replace(/JUL|WED/gi, "")}`))
    throw new Error(`${expression}: L, W and # are not executed here`);
  const days = weekday === "?" ? "*" : dayOfWeek(weekday);
  return `0 ${minute} ${hour} ${dayOfMonth === "?" ? "*" : dayOfMonth} ${month} ${days}`;
};

/** The scheduled instants in [from, until), epoch ms, in order. A rate counts from `from`. Throws on what it cannot read. */
export const scheduledInstants = (
  expression: string,
  timeZone: string,
  from: number,
  until: number,
): readonly number[] => {
  const [, kind, body = ""] = /^(cron|rate)\((.*)\)$/.exec(expression) ?? [];
  const found: number[] = [];
  if (kind === "rate") {
    const [, count, unit = ""] = /^(\d+)\s+(minute|hour|day)s?$/.exec(body.trim()) ?? [];
    const step = Number(count) * (rateUnits[unit] ?? 0);
    if (!(step > 0)) throw new Error(`${expression} is no rate`);
    for (let instant = from; instant < until; instant += step) found.push(instant);
    return found;
  }
  if (kind !== "cron") throw new Error(`${expression} is neither cron(…) nor rate(…)`);
  const cron = CronExpressionParser.parse(cronOf(expression, body), {
    tz: timeZone,
    currentDate: new Date(from - 1),
  });
  for (let next = cron.next().getTime(); next < until; next = cron.next().getTime()) found.push(next);
  return found;
};
