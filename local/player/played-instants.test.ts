import { type LineTimes, localDay, nightInstants, playedInstant } from "./played-instants";

const zone = "America/Sao_Paulo";
const night = nightInstants("2026-11-22", zone);
const at = (text: string) => Date.parse(text);

test("a business date fixes its instants in local time", () => {
  expect(night).toEqual({
    businessDate: "2026-11-22",
    offerDate: "2026-11-23",
    oldest: at("2025-10-18T00:00:00-03:00"),
    lastPlayed: at("2026-11-22T22:55:00-03:00"),
    nightStarts: at("2026-11-22T23:00:00-03:00"),
    dispatchStarts: at("2026-11-23T08:00:00-03:00"),
    dispatchEnds: at("2026-11-24T00:00:00-03:00"),
  });
});

test("a day without its midnight shifts no other day, and the days around it keep their hours", () => {
  expect(nightInstants("2018-11-04", zone)).toMatchObject({
    oldest: at("2017-09-30T00:00:00-03:00"),
    lastPlayed: at("2018-11-04T22:55:00-02:00"),
    nightStarts: at("2018-11-04T23:00:00-02:00"),
    dispatchStarts: at("2018-11-05T08:00:00-02:00"),
    dispatchEnds: at("2018-11-06T00:00:00-02:00"),
  });
  expect(nightInstants("2018-11-03", zone)).toMatchObject({
    offerDate: "2018-11-04",
    nightStarts: at("2018-11-03T23:00:00-03:00"),
    dispatchStarts: at("2018-11-04T08:00:00-02:00"),
    dispatchEnds: at("2018-11-05T00:00:00-02:00"),
  });
});

test("of a 23:00 that comes twice the second is the night's, as Airflow takes it", () => {
  expect(nightInstants("2018-02-17", zone)).toMatchObject({
    lastPlayed: at("2018-02-17T22:55:00-02:00"),
    nightStarts: at("2018-02-17T23:00:00-03:00"),
    dispatchStarts: at("2018-02-18T08:00:00-03:00"),
  });
});

test.each(["2026-02-30", "2026-13-01", "22/11/2026", "2026-1-1", "", "2026-11-22T00:00"])("%j is no date", (text) => {
  expect(nightInstants(text, zone)).toBeUndefined();
});

test("a day is a local day", () => {
  expect(localDay(at("2026-11-23T02:59:59Z"), zone)).toBe("2026-11-22");
  expect(localDay(at("2026-11-23T03:00:00Z"), zone)).toBe("2026-11-23");
});

const last = "2026-11-22T22:55:00-03:00";
test.each<[string, LineTimes, string]>([
  [
    "its received_at",
    { received: at("2026-11-20T10:00:00Z"), occurred: at("2026-11-19T10:00:00Z") },
    "2026-11-20T10:00:00Z",
  ],
  ["its received_at, however old", { received: at("1999-01-01T00:00:00Z") }, "1999-01-01T00:00:00Z"],
  ["its received_at at the last instant", { received: at(last) }, last],
  ["the last instant when received later", { received: at(last) + 1, occurred: at("2026-11-19T10:00:00Z") }, last],
  [
    "the last instant when received_at is unreadable",
    { received: "unreadable", occurred: at("2026-11-19T10:00:00Z") },
    last,
  ],
  ["a second after it occurred", { occurred: at("2026-11-19T10:00:00Z") }, "2026-11-19T10:00:01Z"],
  [
    "a second after it occurred, 400 days ago",
    { occurred: at("2025-10-17T23:59:59-03:00") },
    "2025-10-18T00:00:00-03:00",
  ],
  ["the last instant when older than that", { occurred: at("2025-10-17T23:59:58.999-03:00") }, last],
  ["the last instant when it occurred too late", { occurred: at("2026-11-22T22:54:59-03:00") }, last],
  ["just before the last instant", { occurred: at("2026-11-22T22:54:58.999-03:00") }, "2026-11-22T22:54:59.999-03:00"],
  ["the last instant when it has no time", {}, last],
])("a line is played at %s", (_what, times, expected) => {
  expect(playedInstant(times, night ?? (undefined as never))).toBe(at(expected));
});
