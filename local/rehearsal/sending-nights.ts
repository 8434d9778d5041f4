// The days that a rehearsal may play, one after the other.
import { DateTime } from "luxon";
import { local } from "../../environments/local";
import { isSendingDay } from "../../lambdas/shared/calendar";
import { type NightInstants, nightInstants } from "../player/played-instants";

const FIRST_DATE = "2026-11-23";
const SATURDAY = 6;

/** The nights before weekdays on which messages are sent, without end. */
export function* sendingNights(): Generator<NightInstants, never> {
  const holidays = new Set(local.sending.holidays);
  for (let date = DateTime.fromISO(FIRST_DATE); ; date = date.plus({ days: 1 })) {
    const offerDate = date.plus({ days: 1 });
    const night = nightInstants(date.toFormat("yyyy-MM-dd"), local.timeZone);
    if (night && offerDate.weekday < SATURDAY && isSendingDay(night.offerDate, holidays)) yield night;
  }
}
