// EventBridge Scheduler's cron, rate and at, told apart from what it would refuse after everything else was deployed.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html

/** What one field of a cron expression may hold. */
interface CronField {
  readonly least: number;
  readonly most: number;
  /** Names that stand for numbers, from `least` on. */
  readonly names?: readonly string[];
  /** What the field may be besides numbers, ranges and steps. */
  readonly special?: RegExp;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const CRON_FIELDS: readonly CronField[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31, special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { least: 1, most: 12, names: MONTHS },
  { least: 1, most: 7, names: DAYS, special: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/ },
  { least: 1970, most: 2199 },
];
const [DAY_OF_MONTH, DAY_OF_WEEK] = [2, 4];

/** Whether EventBridge Scheduler takes `expression`: `cron(…)` of six fields, `rate(…)` or `at(…)`. */
export function isScheduleExpression(expression: string): boolean {
  const [, kind, inner] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "cron") return isCron(inner!.split(" "));
  if (kind === "rate") return /^(1 (minute|hour|day)|[1-9]\d* (minutes|hours|days))$/.test(inner!);
  return kind === "at" && isInstant(inner!);
}

/** One of the two day fields says when, and the other is `?`: AWS takes no expression in which both speak. */
function isCron(fields: readonly string[]): boolean {
  const oneDay = (fields[DAY_OF_MONTH] === "?") !== (fields[DAY_OF_WEEK] === "?");
  return fields.length === CRON_FIELDS.length && oneDay && fields.every((text, at) => isField(text, CRON_FIELDS[at]!));
}

function isField(text: string, field: CronField): boolean {
  return field.special?.test(text) || text.split(",").every((part) => isPart(part, field));
}

/** `*`, a value or a range, each with an optional step. */
function isPart(part: string, field: CronField): boolean {
  const [, span, step] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  if (span === undefined || (step !== undefined && Number(step) > field.most)) return false;
  if (span === "*") return true;
  const ends = span.split("-").map((end) => numberOf(end, field));
  return ends.length <= 2 && ends.every((end) => end >= field.least && end <= field.most) && ends[0]! <= ends.at(-1)!;
}

function numberOf(text: string, { least, names = [] }: CronField): number {
  return names.includes(text) ? names.indexOf(text) + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function isInstant(text: string): boolean {
  const date = new Date(`${text}Z`);
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(text)
  );
}
