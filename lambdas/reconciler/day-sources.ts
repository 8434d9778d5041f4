// Where a day is read from, the same for the function and for the command: the ledger by its index, OUT, Twilio's list.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { DateTime } from "luxon";
import { readManifest } from "../shared/manifest";
import { s3OutBucket } from "../shared/out-bucket";
import { createTokenizer, parseTokenSecret, type Tokenizer, tenantKey } from "../shared/tokens";
import { readTwilioSecret } from "../shared/twilio-secret";
import { twilioLog } from "./day-messages";
import { dayRows } from "./day-rows";
import { type Day, reconcileDay } from "./reconcile-day";
import type { Reconciliation } from "./reconciliation";

/** An environment's sources, and what it says of its messages. */
export type DaySources = {
  readonly db: DynamoDBClient;
  readonly s3: S3Client;
  readonly ledgerTable: string;
  readonly outBucket: string;
  readonly twilioBaseUrl: string;
  /** The text of Twilio's secret, and of the chains' token secret. */
  readonly twilioSecret: string | undefined;
  readonly tokenSecret: string | undefined;
  /** Sender by chain; `*` stands for every other chain. */
  readonly senders: ReadonlyMap<string, string>;
  /** WhatsApp's sender by chain, as far as there is one; `*` stands for every other chain. */
  readonly whatsapp: ReadonlyMap<string, { readonly sender: string }>;
  readonly pricePerSegmentBrl: number;
  /** IANA zone of offer dates. */
  readonly timeZone: string;
};

/** From a date's midnight to the next, in a zone. */
function dayIn(date: string, zone: string): Pick<Day, "fromMs" | "untilMs"> {
  const start = DateTime.fromISO(date, { zone });
  if (!start.isValid) throw new Error(`The day is not a date: received ${date}, expected yyyy-MM-dd.`);
  return { fromMs: start.toMillis(), untilMs: start.plus({ days: 1 }).toMillis() };
}

function tokensOf(secret: string | undefined): (tenantId: string, phone: string) => string {
  const master = parseTokenSecret(secret);
  const tokenizers = new Map<string, Tokenizer>();
  return (tenantId, phone) => {
    const tokenizer = tokenizers.get(tenantId) ?? createTokenizer(tenantKey(master, tenantId));
    tokenizers.set(tenantId, tokenizer);
    return tokenizer("phone", phone);
  };
}

/** A day that was reconciled, and the text of the manifest that it was reconciled with. */
export type ReconciledDay = { readonly found: Reconciliation; readonly manifestText: string };

/** Reconciles an offer date at an instant (RFC 3339); undefined when nothing was published for it. */
export async function reconcile(
  offerDate: string,
  at: string,
  sources: DaySources,
): Promise<ReconciledDay | undefined> {
  const { db, ledgerTable, senders, whatsapp, pricePerSegmentBrl } = sources;
  const day = { ...dayIn(offerDate, sources.timeZone), at };
  const out = s3OutBucket(sources.s3, sources.outBucket);
  const manifestText = await out.manifestText(offerDate);
  if (manifestText === undefined) return undefined;
  const settings = {
    tenantIds: [...new Set([...senders.keys(), ...whatsapp.keys()])].filter((tenantId) => tenantId !== "*"),
    sendersOf(tenantId: string): readonly string[] {
      const onWhatsApp = (whatsapp.get(tenantId) ?? whatsapp.get("*"))?.sender.replace(/^whatsapp:/, "");
      return [senders.get(tenantId) ?? senders.get("*"), onWhatsApp].filter((sender) => sender !== undefined);
    },
    tokenOf: tokensOf(sources.tokenSecret),
    pricePerSegmentBrl,
  };
  const found = await reconcileDay(readManifest(manifestText, offerDate), day, settings, {
    out,
    rowsOf: (tenantId, date) => dayRows(db, ledgerTable, tenantId, date),
    twilio: twilioLog(sources.twilioBaseUrl, readTwilioSecret(sources.twilioSecret)),
  });
  return { found, manifestText };
}
