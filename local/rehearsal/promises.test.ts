import type { PlayedDay, PlayedLine, PlayedMessage } from "./play-day";
import { brokenPromises, messagedAfterStop } from "./promises";

const phone = (place: number) => `+551198765432${place}`;
const message = (place: number, changes: Partial<PlayedMessage> = {}): PlayedMessage => ({
  sid: `SM${place}`,
  form: {
    To: phone(place),
    StatusCallback: `http://127.0.0.1:1/status/${encodeURIComponent(`a|2026-11-24|${String(place).repeat(64)}`)}`,
  },
  status: "delivered",
  heard: ["queued", "sent", "delivered"],
  createdMs: 0,
  ...changes,
});
const lines = (...all: readonly PlayedLine[]) => new Map(all.map((line, place) => [phone(place), line]));

const good: PlayedDay = {
  messages: [
    message(0),
    message(1, { status: "undelivered", heard: ["undelivered"] }),
    message(2, { heard: [] }),
    message(3, { heard: ["sent"] }),
  ],
  lines: lines(
    { state: "DELIVERED", sid: "SM0" },
    { state: "UNDELIVERED", sid: "SM1" },
    { state: "HELD" },
    { state: "SENT", sid: "SM3" },
    { state: "REJECTED", code: 21614 },
  ),
  rows: 5,
  shoppers: 5,
  stopped: new Set([phone(0)]),
  parked: 0,
  failures: [],
};
const withLine = (place: number, line: PlayedLine) => ({ lines: new Map([...good.lines, [phone(place), line]]) });

test("a bad day that keeps every promise is left in peace", () => {
  expect(brokenPromises(good)).toEqual([]);
});

test.each<[string, Partial<PlayedDay>, string]>([
  ["a shopper messaged twice", { messages: [...good.messages, message(0)] }, "1 messages beyond one"],
  ["a line that is missing", { rows: 4 }, "1 lines too many or too few"],
  ["a line left in doubt", withLine(4, { state: "IN_DOUBT" }), "1 lines without an end"],
  ["a rejected line with a message", withLine(3, { state: "REJECTED", code: 21614 }), "1 messages that their line"],
  ["a line with another message's SID", withLine(3, { state: "SENT", sid: "SM9" }), "1 messages that their line"],
  ["a held line whose message was reported", withLine(3, { state: "HELD" }), "1 messages that their line"],
  ["a receipt that was lost on our side", withLine(0, { state: "SENT", sid: "SM0" }), "1 ends that were reported"],
  ["a failure that was lost on our side", withLine(1, { state: "SENT", sid: "SM1" }), "1 ends that were reported"],
  [
    "a line that is sent without a message",
    withLine(4, { state: "SENT", sid: "SM4" }),
    "1 lines that are said to be sent",
  ],
  ["work that was given up", { parked: 2 }, "2 pieces of work"],
  [
    "a scheduled function that failed",
    { failures: ["closer failed"] },
    "1 failures of scheduled functions (closer failed)",
  ],
])("%s is told", (_, change, words) => {
  expect(brokenPromises({ ...good, ...change })).toEqual([expect.stringContaining(words)]);
});

test("whoever asked to stop and is messaged later is counted", () => {
  expect(messagedAfterStop(good.stopped, { ...good, messages: [message(0), message(1)] })).toBe(1);
  expect(messagedAfterStop(good.stopped, { ...good, messages: [message(1)] })).toBe(0);
});
