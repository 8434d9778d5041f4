// The day ends with every line of OUT in one state: an open one expires for the reason that held it, one whose
// sending is not settled is held, and closing twice changes nothing.

import { byteLines, LineTooLong } from "../shared/byte-lines";
import { isSendingDay } from "../shared/calendar";
import { CHANNELS } from "../shared/channels";
import { attemptKey, claimKey, type LineKey } from "../shared/claim-keys";
import type { Control, Switches } from "../shared/control";
import type { Ledger } from "../shared/ledger";
import { type ExpiryReason, isFinalAtClose } from "../shared/line-states";
import type { Manifest, OutFile } from "../shared/manifest";
import type { OutBucket } from "../shared/out-bucket";
import { parseOutLine } from "../shared/out-line";
import { nothingSeen, type Seen, verifyFile } from "../shared/verify-file";

/** What closing reaches out to; `at` is the instant of closing, RFC 3339. */
export type ClosePorts = {
  readonly out: Pick<OutBucket, "open">;
  readonly ledger: Pick<Ledger, "states" | "expire" | "step" | "endRelease">;
  readonly control: Pick<Control, "switches">;
  readonly at: string;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
};

const LINES_A_LOOK = 100;

/** Why the open lines of one file expire: the first of these that holds. */
export function expiryReason(
  refused: boolean,
  offerDate: string,
  holidays: ReadonlySet<string>,
  switches: Switches,
): ExpiryReason {
  if (refused) return "file_refused";
  if (!isSendingDay(offerDate, holidays)) return "not_a_sending_day";
  if (switches.stopped) return "switch";
  if (switches.circuitOpen) return "circuit";
  return switches.budgetRefused || switches.dailyBrl <= 0 ? "budget" : "window_closed";
}

/** The lines that can be read of a file, refused or not, as lines of its own chain: never of another's. */
async function* readableLines(file: OutFile, offerDate: string, out: Pick<OutBucket, "open">): AsyncGenerator<LineKey> {
  const object = await out.open(file.key);
  if (!object) return;
  try {
    for await (const { bytes } of byteLines(object.chunks)) {
      const line = parseOutLine(bytes.toString("utf8"));
      if (line) yield { tenantId: file.tenantId, offerDate, shopperId: line.shopperId };
    }
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
  }
}

async function isRefused(file: OutFile, offerDate: string, seen: Seen, out: Pick<OutBucket, "open">): Promise<boolean> {
  const object = await out.open(file.key);
  if (!object) return true;
  return (await verifyFile(file, offerDate, object.chunks, seen, async () => {})) !== undefined;
}

/** Closes a day; returns how many lines it expired (`EXPIRED(reason)`) and held (`HELD`). */
export async function closeDay(
  manifest: Manifest,
  holidays: ReadonlySet<string>,
  ports: ClosePorts,
): Promise<Map<string, number>> {
  const { offerDate } = manifest;
  const { ledger, at } = ports;
  const ends = new Map<string, number>();
  const count = (end: string): void => void ends.set(end, (ends.get(end) ?? 0) + 1);

  async function closeLines(lines: readonly LineKey[], reason: ExpiryReason): Promise<void> {
    const states = await ledger.states(lines.map(claimKey));
    const hold = async (line: LineKey): Promise<boolean> => {
      for (const channel of CHANNELS) if (await ledger.step(attemptKey(line, channel), "HELD", {}, at)) return true;
      return false;
    };
    const close = async (line: LineKey): Promise<void> => {
      const claim = claimKey(line);
      const state = states.get(claim) ?? "ABSENT";
      if (isFinalAtClose(state)) return;
      if (state === "RELEASED") {
        const ended = await ledger.endRelease(claim, at);
        if (ended) count(ended);
      } else if (state !== "ABSENT") {
        if (await hold(line)) count("HELD");
      } else if (await ledger.expire(line, reason, at)) count(`EXPIRED(${reason})`);
    };
    await Promise.all(lines.map(close));
  }

  const seen = new Map<string, Seen>();
  for (const file of manifest.files) {
    const seenOfTenant = seen.get(file.tenantId) ?? nothingSeen();
    seen.set(file.tenantId, seenOfTenant);
    const refused = await isRefused(file, offerDate, seenOfTenant, ports.out);
    const reason = expiryReason(refused, offerDate, holidays, await ports.control.switches(file.tenantId, offerDate));
    if (refused) ports.log("file_refused", { key: file.key, tenant_id: file.tenantId });
    let batch: LineKey[] = [];
    for await (const line of readableLines(file, offerDate, ports.out)) {
      batch.push(line);
      if (batch.length === LINES_A_LOOK) {
        await closeLines(batch, reason);
        batch = [];
      }
    }
    if (batch.length > 0) await closeLines(batch, reason);
  }
  return ends;
}
