import type { Switches } from "../shared/control";
import type { LineState } from "../shared/line-states";
import type { OutFile } from "../shared/manifest";
import { outFileOf, outLineText, shopperOf } from "../shared/out-file-fixture";
import { closeDay, expiryReason } from "./close-day";

const AZUL = "rede-azul";
const MONDAY = "2026-11-23";
const SUNDAY = "2026-11-22";
const open: Switches = {
  stopped: false,
  circuitUntil: 0,
  circuitOpen: false,
  circuitProbing: false,
  circuitRefusals: 0,
  dailyBrl: 100,
  spentBrl: 0,
  budgetRefused: false,
};
const everything: Switches = { ...open, stopped: true, circuitOpen: true, budgetRefused: true };
const line = (tenantId: string, index: number): string =>
  outLineText(tenantId, MONDAY, shopperOf(index), ["Arroz", "Feijão", "Café"]);

/** Closes a day of one file over a ledger of these states; answers the rows written, in order. */
async function close(file: OutFile, text: string, states: Record<string, LineState> = {}): Promise<string[]> {
  const written: string[] = [];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  await closeDay({ offerDate: MONDAY, files: [file] }, new Set(), {
    out: { open: async () => ({ etag: "e", chunks: chunks() }) },
    ledger: {
      states: async () => new Map(Object.entries(states)),
      async expire({ tenantId, offerDate, shopperId }, reason) {
        written.push(`${tenantId}|${offerDate}|${shopperId} EXPIRED(${reason})`);
        return true;
      },
      async endRelease(claim) {
        written.push(`${claim} as it failed`);
        return "UNDELIVERED";
      },
      async step(claim, to) {
        written.push(`${claim} ${to}`);
        return true;
      },
    },
    control: { switches: async () => open },
    at: "2026-11-23T23:15:00.000Z",
    log: () => {},
  });
  return written;
}

describe("the day's close", () => {
  test.each<[string, boolean, string, Switches]>([
    ["file_refused", true, SUNDAY, everything],
    ["not_a_sending_day", false, SUNDAY, everything],
    ["switch", false, MONDAY, everything],
    ["circuit", false, MONDAY, { ...everything, stopped: false }],
    ["budget", false, MONDAY, { ...open, budgetRefused: true }],
    ["budget", false, MONDAY, { ...open, dailyBrl: 0 }],
    ["window_closed", false, MONDAY, open],
  ])("names the first reason that held a line: %s", (reason, refused, date, switches) => {
    expect(expiryReason(refused, date, new Set(), switches)).toBe(reason);
  });

  test("expires open lines, holds unsettled ones and touches no other", async () => {
    const text = [0, 1, 2, 3].map((index) => line(AZUL, index)).join("");
    const claim = (index: number): string => `${AZUL}|${MONDAY}|${shopperOf(index)}`;
    const states = { [claim(1)]: "CLAIMED", [claim(2)]: "IN_DOUBT", [claim(3)]: "SENT" } as const;
    expect(await close(outFileOf(AZUL, MONDAY, 0, text), text, states)).toEqual([
      `${claim(0)} EXPIRED(window_closed)`,
      `${claim(1)} HELD`,
      `${claim(2)} HELD`,
    ]);
  });

  test("ends a refused file's lines as its own chain's, never another's", async () => {
    const text = line(AZUL, 0) + line("rede-verde", 1);
    const written = await close(outFileOf(AZUL, MONDAY, 0, text), text);
    expect(written).toEqual([0, 1].map((index) => `${AZUL}|${MONDAY}|${shopperOf(index)} EXPIRED(file_refused)`));
  });
});
