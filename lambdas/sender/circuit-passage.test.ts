import { COOLING_MS, REFUSALS_THAT_OPEN } from "../shared/circuit";
import { claimKey } from "../shared/claim-keys";
import { shopperOf } from "../shared/out-file-fixture";
import { closedCircuit, memoryCircuit } from "./memory-circuit";
import { type TwilioAct, type World, workerPorts } from "./memory-world";
import { type ShardSettings, sendShard } from "./send-shard";
import { DATE, mondayOf, TAKES_IT, TEN, TENANT } from "./sending-fixture";
import { SETTINGS } from "./settings-fixture";

const LINES = 12;
const REFUSES_ALL: TwilioAct = { accepts: false, answer: { kind: "stop_run", code: "20003" } };
const REFUSES_NUMBER: TwilioAct = { accepts: false, answer: { kind: "rejected", code: 21211 } };
const settings = (linesInFlight: number): ShardSettings => ({ ...SETTINGS, linesInFlight });

const claimOf = (index: number) => claimKey({ tenantId: TENANT, offerDate: DATE, shopperId: shopperOf(index) });

const worldOf = (lines: number) => mondayOf([...Array(lines).keys()]);

type Day = ReturnType<typeof worldOf>;

/** Works the day's only shard; how its lines ended, and what was logged. */
async function work({ world, file, shard }: Day, twilio: (claim: string) => TwilioAct, linesInFlight = 1) {
  const logged: string[] = [];
  const asked: string[] = [];
  const ports = workerPorts(world, file, {
    twilio(claim) {
      asked.push(claim);
      return twilio(claim);
    },
  });
  const ends = await sendShard(shard, { ...ports, log: (event) => void logged.push(event) }, settings(linesInFlight));
  return { ends: Object.fromEntries(ends), logged, asked };
}

const open = (world: World): void => {
  const cooled = { circuitOpen: true, circuitUntil: TEN, circuitRefusals: REFUSALS_THAT_OPEN };
  Object.assign(world.circuit, cooled);
};

test("one refusal of the account stops nothing: the line is given back and the others go", async () => {
  const day = worldOf(LINES);
  const { ends, logged } = await work(day, (claim) => (claim === claimOf(4) ? REFUSES_ALL : TAKES_IT));
  expect(ends).toEqual({ SENT: LINES - 1, "left(circuit)": 1 });
  expect(logged).toEqual(["account_refused"]);
  expect(day.world.rows.has(claimOf(4))).toBe(false);
  expect(day.world.circuit).toMatchObject({ circuitOpen: false, circuitRefusals: 0 });
});

test("a few refusals in a row open the circuit, no line is marked for them, and none is asked for after them", async () => {
  const day = worldOf(LINES);
  const { asked, logged } = await work(day, () => REFUSES_ALL);
  expect(asked).toHaveLength(REFUSALS_THAT_OPEN);
  expect(logged.at(-1)).toBe("circuit_opened");
  expect(day.world.rows.size).toBe(0);
  expect(day.world.spent.brl).toBeCloseTo(0);
  expect((await work(day, () => TAKES_IT)).ends).toEqual({ "left(circuit)": LINES });
});

test("once it has cooled one line probes for many workers, and when it goes through all go on", async () => {
  const day = worldOf(LINES);
  open(day.world);
  const atOnce: number[] = [];
  const twilio = (): TwilioAct => {
    if (day.world.circuit.circuitOpen) atOnce.push(1);
    return TAKES_IT;
  };
  const works = await Promise.all([work(day, twilio, 4), work(day, twilio, 4)]);
  expect(atOnce).toHaveLength(1);
  expect(day.world.accepted).toHaveLength(LINES);
  for (const { ends } of works) expect(ends).not.toHaveProperty("left(circuit)");
  expect(day.world.circuit).toEqual(closedCircuit());
});

test("a probe that the account is refused again leaves every line open and cools anew", async () => {
  const day = worldOf(LINES);
  open(day.world);
  const { asked, logged } = await work(day, () => REFUSES_ALL, 4);
  expect(asked).toHaveLength(1);
  expect(logged).toContain("circuit_opened");
  expect(day.world.rows.size).toBe(0);
  expect(day.world.circuit).toMatchObject({ circuitOpen: true, circuitUntil: TEN + COOLING_MS, circuitProbing: false });
});

test("a probe that meets a fault of its own number proves nothing: the next line probes at once", async () => {
  const day = worldOf(LINES);
  open(day.world);
  const { ends, asked } = await work(day, (claim) => (claim === claimOf(0) ? REFUSES_NUMBER : TAKES_IT));
  expect(asked.slice(0, 2)).toEqual([claimOf(0), claimOf(1)]);
  expect(ends).toEqual({ "REJECTED(21211)": 1, SENT: LINES - 1 });
});

test("a probe in doubt does not close the circuit", async () => {
  const day = worldOf(2);
  open(day.world);
  const { ends } = await work(day, () => ({ accepts: true, answer: { kind: "in_doubt", code: "TIMEOUT" } }));
  expect(ends).toEqual({ "IN_DOUBT(TIMEOUT)": 1, "left(circuit)": 1 });
  expect(day.world.circuit.circuitOpen).toBe(true);
});

test("a probe whose worker died holds up the others only until it has cooled", async () => {
  const day = worldOf(2);
  open(day.world);
  const probe = await memoryCircuit(day.world.circuit).takeProbe(TEN, TEN);
  expect((await work(day, () => TAKES_IT)).ends).toEqual({ "left(circuit)": 2 });
  day.world.now = probe ?? 0;
  expect((await work(day, () => TAKES_IT)).ends).toEqual({ SENT: 2 });
});

test("a line that a circuit opened over while it waited for Twilio's rate is given back", async () => {
  const day = worldOf(1);
  let asked = 0;
  const { ends } = await work(day, () => {
    asked += 1;
    Object.assign(day.world.circuit, { circuitOpen: true, circuitUntil: TEN + COOLING_MS });
    return { accepts: false, answer: { kind: "too_many", retryAfterMs: 3_000 } };
  });
  expect(asked).toBe(1);
  expect(ends).toEqual({ "left(circuit)": 1 });
  expect(day.world.rows.size).toBe(0);
});
