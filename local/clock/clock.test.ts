// The played clock, in a real process as it is used.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const clock = pathToFileURL(join(__dirname, "clock.mjs")).href;
const played = Date.parse("2019-03-04T05:06:07.000Z");

function inPlayedProcess(expression: string): unknown {
  const script = `globalThis[Symbol.for("mercafacil.clock")].set(${played}); console.log(JSON.stringify(${expression}))`;
  return JSON.parse(execFileSync(process.execPath, ["--import", clock, "-e", script], { encoding: "utf8" }));
}

describe("the played clock", () => {
  test.each([
    ["Date.now()", "Date.now()"],
    ["new Date()", "new Date().getTime()"],
    ["a Date made through another Date's constructor", "new (new Date(0).constructor)().getTime()"],
  ])("moves %s to the played instant", (_, expression) => {
    const seen = inPlayedProcess(expression) as number;
    expect(seen).toBeGreaterThanOrEqual(played);
    expect(seen).toBeLessThan(played + 60_000);
  });

  test("moves what reads the system clock by itself: Date() and Intl without a date", () => {
    const texts = inPlayedProcess(
      `[Date(), new Intl.DateTimeFormat("en-CA", { timeZone: "UTC" }).format(),
        new Intl.DateTimeFormat("en-CA", { timeZone: "UTC" }).formatToParts().map((part) => part.value).join("")]`,
    ) as string[];
    expect(texts[0]).toContain("2019");
    expect(texts.slice(1)).toEqual(["2019-03-04", "2019-03-04"]);
  });

  test("leaves a date that was given, instanceof, Date.UTC and Date.parse as they are", () => {
    expect(
      inPlayedProcess(
        `[new Date(5).getTime(), new Date(2020, 0, 1) instanceof Date, Date.UTC(1970, 0, 2), Date.parse("1970-01-01"),
          new Intl.DateTimeFormat("en-CA", { timeZone: "UTC" }).format(0)]`,
      ),
    ).toEqual([5, true, 86_400_000, 0, "1970-01-01"]);
  });

  test("leaves timers, performance and hrtime on the real clock", () => {
    const seen = inPlayedProcess("performance.timeOrigin") as number;
    expect(Math.abs(seen - Date.now())).toBeLessThan(3_600_000);
  });
});
