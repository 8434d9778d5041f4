import fc from "fast-check";
import { DateTime } from "luxon";
import { timeStamper } from "./local-time";

describe("the partition of an instant", () => {
  it.each(["America/Sao_Paulo", "America/Noronha", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])(
    "is its local time in %s, winters and summers",
    (zone) => {
      const [day, hour, minute] = (["day", "hour", "minute"] as const).map((granularity) =>
        timeStamper(zone, granularity),
      );
      const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) });
      fc.assert(
        fc.property(instants, (epochMs) => {
          const local = DateTime.fromMillis(epochMs, { zone });
          const date = { event_date: local.toFormat("yyyy-MM-dd") };
          expect(JSON.parse(`{${day!(epochMs)}}`)).toEqual(date);
          expect(JSON.parse(`{${hour!(epochMs)}}`)).toEqual({ ...date, event_hour: local.toFormat("HH") });
          expect(JSON.parse(`{${minute!(epochMs)}}`)).toEqual({
            ...date,
            event_hour: local.toFormat("HH"),
            event_minute: local.toFormat("mm"),
          });
        }),
        { numRuns: 300 },
      );
    },
  );

  it("skips the midnight that São Paulo's summer time took away on 2018-11-04", () => {
    const stamps = timeStamper("America/Sao_Paulo", "hour");
    const change = Date.parse("2018-11-04T03:00:00Z");
    expect([change - 1, change].map((epochMs) => JSON.parse(`{${stamps(epochMs)}}`))).toEqual([
      { event_date: "2018-11-03", event_hour: "23" },
      { event_date: "2018-11-04", event_hour: "01" },
    ]);
  });

  it("is asked of a zone that exists", () => {
    expect(() => timeStamper("America/Sampa", "hour")).toThrow(/Sampa/);
  });
});
