// A chain's Monday at ten for tests of sending: its shoppers, the file of their offers, and a Twilio that takes it all.
import { outFileOf, outLineText, shopperOf } from "../shared/out-file-fixture";
import type { Shard } from "../shared/shard";
import type { Shopper } from "./decide-line";
import { newWorld, type TwilioAct } from "./memory-world";

export const TENANT = "rede-azul";
/** A Monday; 10:00 in São Paulo. */
export const DATE = "2026-11-23";
export const TEN = Date.parse("2026-11-23T13:00:00Z");
export const TAKES_IT: TwilioAct = { accepts: true, answer: { kind: "accepted", sid: `SM${"0".repeat(32)}` } };

/** A shopper with that phone who agreed to SMS. */
export const shopperWith = (phone: number): Shopper => ({
  phone: `+5511${String(900_000_000 + phone)}`,
  phoneToken: `phone-${phone}`,
  consents: { sms: true, whatsapp: false },
  optedOut: false,
  onAllowList: true,
});

/** A shopper for each phone in a world of their own, a line for each in one file, and the shard of all of it. */
export function mondayOf(
  phones: readonly number[],
  namesOf: (index: number) => string[] = () => ["Café", "Arroz", "Feijão"],
) {
  const world = newWorld(TEN);
  for (const [index, phone] of phones.entries()) world.shoppers.set(shopperOf(index), shopperWith(phone));
  const lines = phones.map((_, index) => outLineText(TENANT, DATE, shopperOf(index), namesOf(index)));
  const file = Buffer.from(lines.join(""));
  const outFile = outFileOf(TENANT, DATE, 0, lines.join(""));
  const place = { shardId: "s", tenantId: TENANT, offerDate: DATE, key: outFile.key, etag: "e" };
  const shard: Shard = { ...place, start: 0, end: file.length };
  return { world, lines, file, outFile, shard };
}
