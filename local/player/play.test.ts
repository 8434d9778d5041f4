import type { Batch } from "./events-file";
import { type PlayPorts, play, routeOf } from "./play";
import type { PostAnswer } from "./post-client";
import { emptyTally } from "./tally";

const batch = (contract: string, count: number, instant = 1): Batch => ({
  chain: "a",
  contract,
  instant,
  events: Array.from({ length: count }, (_, n) => String(n)),
});

const playWith = async (batches: readonly Batch[], answers: readonly PostAnswer[]) => {
  const tally = emptyTally();
  const seen: string[] = [];
  const queue = [...answers];
  const ports: PlayPorts = {
    post: async (chain, path, body) => {
      seen.push(`${chain} ${path} ${body}`);
      return queue.shift() ?? { status: 202, body: '{"accepted":1,"rejected":[]}' };
    },
    moveTo: async (instant) => void seen.push(`at ${instant}`),
    progress: () => undefined,
  };
  await play(batches, tally, ports);
  return { tally, seen, codes: Object.fromEntries(tally.rejectedByCode) };
};

test("the clock is moved before each batch, and the body is always an array", async () => {
  const { seen } = await playWith([batch("purchase", 1, 5), batch("shopper", 1, 9)], []);
  expect(seen).toEqual(["at 5", "a /v1/events/purchase [0]", "at 9", "a /v1/events/shopper [0]"]);
});

test.each([
  ["..", "/v1/events/.."],
  ["a/b", "/v1/events/a%2Fb"],
  ["é\uD800", "/v1/events/%C3%A9%EF%BF%BD"],
])("a contract named %j is posted to %s", (contract, path) => {
  expect(routeOf(contract)).toBe(path);
});

test("each line of a 202 is accepted, or rejected with its code and kept", async () => {
  const rejected = [
    { index: 0, code: "SCHEMA" },
    { index: 2, code: "CPF_DIGITS" },
  ];
  const { tally, codes } = await playWith(
    [batch("x", 3)],
    [{ status: 202, body: JSON.stringify({ accepted: 1, rejected }) }],
  );
  expect({ ...tally, codes }).toMatchObject({ accepted: 1, kept: 2, codes: { SCHEMA: 1, CPF_DIGITS: 1 } });
});

test("an answer that refuses the whole body rejects all its lines, and only an unknown contract's are kept", async () => {
  const { tally, codes } = await playWith(
    [batch("x", 2), batch("y", 3), batch("z", 1), batch("z", 1)],
    [
      { status: 404, body: '{"code":"UNKNOWN_CONTRACT"}' },
      { status: 413, body: '{"code":"BODY_TOO_LARGE"}' },
      { status: 403, body: '{"message":"Missing Authentication Token"}' },
      { status: 431, body: "" },
    ],
  );
  expect(codes).toEqual({ UNKNOWN_CONTRACT: 2, BODY_TOO_LARGE: 3, HTTP_403: 1, HTTP_431: 1 });
  expect(tally).toMatchObject({ accepted: 0, kept: 2 });
});

test("a 503 is repeated, and a front that stays unavailable ends the run with a sentence", async () => {
  const unavailable = { status: 503, body: "{}", retryAfterSeconds: 0 };
  const { tally } = await playWith([batch("x", 1)], [unavailable, unavailable]);
  expect(tally.accepted).toBe(1);
  await expect(playWith([batch("x", 1)], Array(9).fill(unavailable))).rejects.toThrow("stayed unavailable (503)");
});

test.each([
  ["no counts", "{}"],
  ["too few", '{"accepted":1,"rejected":[]}'],
  ["a line twice", '{"accepted":0,"rejected":[{"index":0,"code":"A"},{"index":0,"code":"A"}]}'],
  ["a line that was not posted", '{"accepted":1,"rejected":[{"index":2,"code":"A"}]}'],
])("a 202 with %s ends the run", async (_what, body) => {
  await expect(playWith([batch("x", 2)], [{ status: 202, body }])).rejects.toThrow(/the collector/);
});
