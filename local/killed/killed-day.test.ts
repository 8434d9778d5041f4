// What a killed day is judged by.
import type { PlayedDay, PlayedLine } from "../rehearsal/play-day";
import { brokenBy } from "./killed-day";

const PHONES = ["+5511900000000", "+5511900000001"] as const;
const shoppers = new Map<string, string>(PHONES.map((phone, place) => [phone, String(place)]));
const message = (place: number, sid: string): PlayedDay["messages"][number] => ({
  sid,
  form: {
    To: String(PHONES[place]),
    StatusCallback: `http://127.0.0.1:1/status/${encodeURIComponent(`a|2026-11-24|${String(place).repeat(64)}`)}`,
  },
  status: "delivered",
  heard: ["queued", "sent", "delivered"],
  createdMs: 0,
});
const dayOf = (messages: PlayedDay["messages"], ...lines: readonly PlayedLine[]): PlayedDay => ({
  messages,
  lines: new Map(lines.map((line, place) => [String(PHONES[place]), line])),
  rows: 2,
  shoppers: 2,
  stopped: new Set(),
  parked: 0,
  failures: [],
});
const delivered = (sid: string): PlayedLine => ({ state: "DELIVERED", sid });

test("a line that a dead sender had claimed and never sent may be held", () => {
  expect(brokenBy(dayOf([message(0, "SM0")], delivered("SM0"), { state: "HELD" }), shoppers)).toEqual([]);
});

test.each<[string, PlayedDay, string]>([
  [
    "a second message",
    dayOf([message(0, "SM0"), message(0, "SM1"), message(1, "SM2")], delivered("SM0"), delivered("SM2")),
    "line 0: taken 2 times",
  ],
  [
    "a line that ended unsent",
    dayOf([message(0, "SM0")], delivered("SM0"), { state: "EXPIRED", reason: "not_sent" }),
    "line 1: not messaged, and EXPIRED(not_sent)",
  ],
  ["a line that never ended", dayOf([message(0, "SM0")], delivered("SM0"), { state: "CLAIMED" }), "line 1: CLAIMED"],
])("%s is told", (_, day, words) => {
  expect(brokenBy(day, shoppers)).toContain(words);
});
