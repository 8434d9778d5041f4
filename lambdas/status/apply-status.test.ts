import fc from "fast-check";
import type { Channel } from "../shared/channels";
import { type LineState, mayBecome } from "../shared/line-states";
import type { Receipt } from "../shared/status-message";
import { applyStatus } from "./apply-status";

const receipt = (status: string): Receipt => ({
  kind: "receipt",
  claim: "c",
  sid: "SM1",
  status,
  code: status === "undelivered" ? 30003 : null,
  at: "2026-11-23T13:00:00.000Z",
});

function lineIn(state: LineState, channels: readonly Channel[] = ["sms"]) {
  const row: { state: LineState; sid?: string } = { state };
  const written: string[] = [];
  return {
    row,
    written,
    ports: {
      ledger: {
        async step(_claim: string, to: LineState, { sid }: { sid?: string }) {
          if (!mayBecome(row.state, to)) return false;
          Object.assign(row, { state: to, sid });
          return true;
        },
        phoneTokenOf: async () => "phone",
      },
      stops: {
        stop: async (tenantId: string, phoneToken: string, word: string) => {
          written.push(`stop ${tenantId} ${phoneToken} ${word}`);
          return true;
        },
        lift: async (tenantId: string, phoneToken: string, word: string) => {
          written.push(`lift ${tenantId} ${phoneToken} ${word}`);
          return true;
        },
      },
      circuit: {
        refuse: async (source: string, code: string) => {
          written.push(`refused ${source} ${code}`);
          return written.length > 1;
        },
      },
      channelsOf: (): readonly Channel[] => channels,
      log: (event: string) => void written.push(event),
    },
  };
}

describe("receipts", () => {
  test("reach one state in any order, however often each comes, before the SID is stored or after", async () => {
    const words = ["queued", "sending", "sent", "delivered", "undelivered", "failed", "read"];
    const set = fc.uniqueArray(fc.constantFrom(...words), { minLength: 1 });
    const start = fc.constantFrom<LineState>("CLAIMED", "IN_DOUBT", "SENT");
    const played = set.chain((some) =>
      fc.tuple(
        fc.constant(some),
        fc
          .array(fc.constantFrom(...some), { maxLength: 12 })
          .chain((more) => fc.shuffledSubarray([...some, ...more], { minLength: some.length + more.length })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(start, played, async (from, [some, order]) => {
        const { row, ports } = lineIn(from);
        for (const status of order) await applyStatus(receipt(status), ports);
        const delivered = some.includes("delivered") || some.includes("read");
        const failed = some.includes("undelivered") || some.includes("failed");
        expect(row.state).toBe(delivered ? "DELIVERED" : failed ? "UNDELIVERED" : "SENT");
        if (from !== "SENT" || delivered || failed) expect(row.sid).toBe("SM1");
      }),
    );
  });

  test.each(["REJECTED", "HELD", "SUPPRESSED", "EXPIRED"] as const)(
    "change nothing of a line that is %s",
    async (state) => {
      const { row, ports } = lineIn(state);
      expect(await applyStatus(receipt("delivered"), ports)).toBe("nothing_new");
      expect(row).toEqual({ state });
    },
  );

  test.each([21610, 63014])("with the code of an opt-out (%i) bar that phone of that chain at once", async (code) => {
    const { row, written, ports } = lineIn("SENT");
    const claim = `rede-azul|2026-11-23|${"a".repeat(64)}`;
    expect(await applyStatus({ ...receipt("failed"), claim, code }, ports)).toBe("UNDELIVERED");
    expect(row.state).toBe("UNDELIVERED");
    expect(written).toEqual([`stop rede-azul phone ${code}`]);
  });

  test("that refuse the account count for the circuit, once a line, and the line stays what became of it", async () => {
    const { row, written, ports } = lineIn("SENT");
    const refused = { ...receipt("failed"), code: 30002 };
    expect(await applyStatus(refused, ports)).toBe("UNDELIVERED");
    expect(await applyStatus(refused, ports)).toBe("nothing_new");
    expect(row.state).toBe("UNDELIVERED");
    expect(written).toEqual(["refused receipt 30002", "account_refused"]);
    row.state = "SENT";
    await applyStatus(refused, ports);
    expect(written.slice(2)).toEqual(["refused receipt 30002", "circuit_opened"]);
  });

  test("with another code bar nobody", async () => {
    const { written, ports } = lineIn("SENT");
    await applyStatus({ ...receipt("undelivered"), claim: `rede-azul|2026-11-23|${"a".repeat(64)}` }, ports);
    expect(written).toEqual([]);
  });

  test("of an unknown word prove nothing", async () => {
    const { row, ports } = lineIn("CLAIMED");
    expect(await applyStatus(receipt("receiving"), ports)).toBe("nothing_new");
    expect(row.state).toBe("CLAIMED");
  });
});

test("a shopper's word is written as what it is", async () => {
  const { written, ports } = lineIn("SENT");
  const said = { tenantId: "rede-azul", phoneToken: "phone", at: "2026-11-23T13:00:00.000Z" };
  expect(await applyStatus({ kind: "opt_out", word: "SAIR", ...said }, ports)).toBe("opted_out");
  expect(await applyStatus({ kind: "opt_in", word: "VOLTAR", ...said }, ports)).toBe("opted_in");
  expect(written).toEqual(["stop rede-azul phone SAIR", "lift rede-azul phone VOLTAR"]);
});
