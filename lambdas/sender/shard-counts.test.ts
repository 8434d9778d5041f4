import { shardCounts } from "./shard-counts";

test("lines are counted by state whatever the code, and those left open by reason", () => {
  const ends = new Map([
    ["SENT", 7],
    ["REJECTED(21211)", 2],
    ["REJECTED(21614)", 1],
    ["IN_DOUBT(timeout)", 1],
    ["SUPPRESSED(no_phone)", 4],
    ["left(budget)", 5],
    ["left(window_closed)", 3],
    ["taken", 6],
    ["stop(circuit)", 1],
  ]);
  expect(shardCounts(ends)).toEqual({
    states: { SENT: 7, REJECTED: 3, IN_DOUBT: 1, SUPPRESSED: 4, taken: 6, stop: 1 },
    left: { budget: 5, window_closed: 3 },
  });
});
