// OUT files and manifests made up for tests, exactly as the night writes them.
import { createHash } from "node:crypto";
import type { OutFile } from "./manifest";

/** A shopper token made from a number. */
export const shopperOf = (index: number): string => createHash("sha256").update(`shopper ${index}`).digest("hex");

const uuid5 = (name: string): string => {
  const hex = createHash("sha1").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** One OUT line's text, with its newline. */
export function outLineText(tenantId: string, offerDate: string, shopperId: string, names: readonly string[]): string {
  const offers = names.map((name, index) => ({ sku: `sku-${index}`, name, score: 0.5, reason: "repurchase" }));
  return `${JSON.stringify({
    recommendation_id: uuid5(`${tenantId}|${offerDate}|${shopperId}`),
    tenant_id: tenantId,
    shopper_id: shopperId,
    offer_date: offerDate,
    valid_until: `${offerDate}T23:59:59-03:00`,
    offers,
    model: "frequency/1",
    fallback_level: names.length > 0 ? "champion" : "none",
  })}\n`;
}

/** A file's text as the manifest names it. */
export function outFileOf(tenantId: string, offerDate: string, part: number, text: string): OutFile {
  const bytes = Buffer.from(text);
  return {
    key: `data_output/${offerDate}/recommendations_${uuid5(`${tenantId}|${part}`)}.txt`,
    tenantId,
    part,
    lines: text.split("\n").length - 1,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** The manifest's text for these files. */
export const manifestText = (offerDate: string, files: readonly OutFile[]): string =>
  JSON.stringify({
    version: 1,
    offer_date: offerDate,
    files: files.map(({ tenantId, ...file }) => ({ ...file, tenant_id: tenantId })),
  });
