// Plays a fault script: for each kind of effect the first rule that fits a request decides. Who belongs to a share is a
// hash of seed, rule and number, so that a script hits the same shoppers in every run.
import { DateTime } from "luxon";
import { happens } from "../made-up/draw";
import type { Count, Effect, FaultScript, When } from "./fault-script";
import type { CallbackFault, CreateFault, MessageLife, StatusStep, TwilioFaults } from "./faults";
import { type MessageForm, numberOf } from "./message-form";
import { errorOf } from "./twilio-error";

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const QUEUE_OVERFLOW = 30001;
const tooMany = { ...errorOf(429, 20429), headers: { "retry-after": "1" } };

/** What a script needs of its surroundings. */
export interface ScriptPorts {
  /** The zone of the script's times. */
  readonly timeZone: string;
  /** The machine's clock (ms), by which a rate is measured: the played one stands still while messages are sent. */
  readonly realNow: () => number;
}

/** One request as the conditions see it. */
interface Seen {
  readonly form: MessageForm;
  /** Both counted from 1. */
  readonly request: number;
  readonly tryOfNumber: number;
  readonly time: string;
}

type EffectName = keyof Effect;

export function scriptedFaults({ seed, rules }: FaultScript, { timeZone, realNow }: ScriptPorts): TwilioFaults {
  const tries = new Map<string, number>();
  const sentAt = new Map<string, number[]>();
  const timeOf = (nowMs: number) => DateTime.fromMillis(nowMs, { zone: timeZone }).toFormat("HH:mm");

  function fits(rule: string, when: When, { form, request, tryOfNumber, time }: Seen): boolean {
    const to = numberOf(form.To ?? "");
    return (
      isIn(time, when) &&
      (when.sender === undefined ||
        when.sender === form.MessagingServiceSid ||
        when.sender === numberOf(form.From ?? "")) &&
      (when.recipients === undefined || when.recipients.includes(to)) &&
      isCounted(request, when.requests) &&
      isCounted(tryOfNumber, when.tries) &&
      (when.share === undefined || happens(when.share, seed, rule, to))
    );
  }

  /** Whether one more request of this sender passes the rule's rate; it counts if it does. */
  function isWithin(rule: string, perSecond: number, { form }: Seen): boolean {
    const key = `${rule} ${form.MessagingServiceSid ?? form.From}`;
    const now = realNow();
    const recent = (sentAt.get(key) ?? []).filter((at) => at > now - SECOND_MS);
    const within = recent.length < perSecond;
    sentAt.set(key, within ? [...recent, now] : recent);
    return within;
  }

  return {
    onAccount: (nowMs) => {
      const time = timeOf(nowMs);
      const found = rules.find(({ when = {}, effect }) => effect.account && isIn(time, when))?.effect.account;
      return found && errorOf(found.http, found.code);
    },

    onCreate: (form, place, nowMs) => {
      const to = numberOf(form.To ?? "");
      const seen: Seen = { form, request: place + 1, tryOfNumber: (tries.get(to) ?? 0) + 1, time: timeOf(nowMs) };
      tries.set(to, seen.tryOfNumber);
      const fitting = rules.filter(({ name, when = {} }) => fits(name, when, seen));
      const effectsOf = <Name extends EffectName>(name: Name) =>
        fitting.flatMap(({ effect }) =>
          effect[name] === undefined ? [] : [effect[name] as NonNullable<Effect[Name]>],
        );

      let overflows = false;
      let spoilt: Pick<CreateFault, "accepts" | "answer"> = { accepts: true };
      for (const { name, effect } of fitting) {
        if (effect.rate && !isWithin(name, effect.rate.per_second, seen)) {
          if (effect.rate.over === "refused") spoilt = { accepts: false, answer: tooMany };
          else overflows = true;
        }
        if (effect.answer) spoilt = answered(effect.answer);
        if (effect.reset) spoilt = { accepts: effect.reset === "after_taken", answer: "drop" };
        if (spoilt.answer) break;
      }
      const [delayMs] = effectsOf("delay_ms");
      const [end] = overflows ? [{ status: "failed" as const, code: QUEUE_OVERFLOW }] : effectsOf("end");
      const [reply] = effectsOf("inbound");
      const life = lifeOf(end, effectsOf("callbacks"), reply);
      return { ...spoilt, ...(delayMs !== undefined && { delayMs }), life };
    },
  };
}

const isIn = (time: string, { from = "00:00", until = "24:00" }: When): boolean => from <= time && time < until;

const isCounted = (place: number, { first = 1, last = Number.POSITIVE_INFINITY, every = 1 }: Count = {}): boolean =>
  place >= first && place <= last && (place - first) % every === 0;

function answered({ http, code, retry_after_seconds: after, taken = false }: NonNullable<Effect["answer"]>) {
  const headers = after === undefined ? {} : { headers: { "retry-after": String(after) } };
  return { accepts: taken, answer: { ...errorOf(http, code), ...headers } };
}

function lifeOf(end: Effect["end"], callbacks: readonly NonNullable<Effect["callbacks"]>[], reply: Effect["inbound"]) {
  const life: MessageLife = {
    ...(end && { statuses: stepsTo(end) }),
    ...(callbacks.length > 0 && { onCallback: ({ status }) => callbackFault(status, callbacks) }),
    ...(callbacks.some(({ reversed }) => reversed) && { reversed: true }),
    ...(reply && { reply: { text: reply.text, ...later(reply.delay_minutes) } }),
  };
  return life;
}

/** The way to an end: a message fails from the queue, and everything else leaves Twilio first. */
function stepsTo({ status, code }: NonNullable<Effect["end"]>): readonly StatusStep[] {
  const queued: StatusStep = { status: "queued" };
  const last: StatusStep = { status, ...(code !== undefined && { errorCode: code }) };
  if (status === "queued") return [queued];
  return status === "sent" || status === "failed" ? [queued, last] : [queued, { status: "sent" }, last];
}

/** Of the callbacks of one status; the first rule that says how often, and the first that says how late, decides. */
function callbackFault(
  status: StatusStep["status"],
  callbacks: readonly NonNullable<Effect["callbacks"]>[],
): CallbackFault | undefined {
  const ofStatus = callbacks.filter(({ statuses }) => statuses === undefined || statuses.includes(status));
  const times = ofStatus.find((each) => each.times !== undefined)?.times;
  const delay = ofStatus.find((each) => each.delay_minutes !== undefined)?.delay_minutes;
  return { ...(times !== undefined && { times }), ...later(delay) };
}

const later = (minutes: number | undefined) => (minutes === undefined ? {} : { laterMs: minutes * MINUTE_MS });
