import { isClaimable, isFinalAtClose, type LineState, mayBecome, statesBefore, TRANSITIONS } from "./line-states";

const STATES = Object.keys(TRANSITIONS) as LineState[];

describe("the transition table", () => {
  test("lets every state end, and none leave an end", () => {
    const ends = STATES.filter((state) => TRANSITIONS[state].length === 0);
    expect(ends.sort()).toEqual(["DELIVERED", "EXPIRED", "HELD", "REJECTED", "SUPPRESSED"]);
    for (const state of STATES) {
      const reached = new Set<LineState>([state]);
      for (const from of reached) for (const to of TRANSITIONS[from]) reached.add(to);
      expect(ends.some((end) => reached.has(end))).toBe(true);
    }
  });

  test("leads from a request whose outcome is unknown to another only where the line was reopened", () => {
    expect(mayBecome("IN_DOUBT", "ABSENT")).toBe(false);
    expect(mayBecome("IN_DOUBT", "CLAIMED")).toBe(false);
    expect(mayBecome("HELD", "CLAIMED")).toBe(false);
    expect(statesBefore("CLAIMED")).toEqual(["ABSENT", "REOPENED", "RELEASED"]);
    expect(statesBefore("REOPENED")).toEqual(["CLAIMED", "IN_DOUBT"]);
    expect(STATES.filter(isClaimable)).toEqual(["REOPENED", "RELEASED"]);
    expect(statesBefore("RELEASED")).toEqual(["CLAIMED", "SENT"]);
    expect(isClaimable(undefined)).toBe(true);
  });

  test("leaves at the day's close only open and unsettled lines to be ended", () => {
    const open = STATES.filter((state) => !isFinalAtClose(state));
    expect(open.sort()).toEqual(["ABSENT", "CLAIMED", "IN_DOUBT", "RELEASED", "REOPENED"]);
    for (const state of ["CLAIMED", "IN_DOUBT", "REOPENED"] as const) expect(mayBecome(state, "HELD")).toBe(true);
  });
});
