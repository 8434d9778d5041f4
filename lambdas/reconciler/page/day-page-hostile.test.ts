import fc from "fast-check";
import { claimKey } from "../../shared/claim-keys";
import { manifestText, outFileOf, outLineText, shopperOf } from "../../shared/out-file-fixture";
import { MOST_LISTED } from "../reconciliation";
import {
  counts,
  DAY,
  FOUND,
  foreignTo,
  NIGHT,
  NOTHING,
  pageOf,
  plain,
  rowOf,
  sumsOf,
  verdictOf,
} from "./day-page-fixture";

describe("a manifest that states less, or something else than it should", () => {
  test("an older night's page says what is not stated, and judges the rest", () => {
    const file = outFileOf(
      "rede-azul",
      DAY,
      0,
      [1, 2, 3, 4, 5].map((one) => outLineText("rede-azul", DAY, shopperOf(one), [])).join(""),
    );
    const page = pageOf(manifestText(DAY, [file]));
    expect(verdictOf(page)).toMatch(/^Balanced as far as it is stated: /);
    expect(rowOf(page, "were read by the night's job")?.[0]).toBe("not stated");
    expect(rowOf(page, "lines with offers")?.[0]).toBe("not stated");
    expect(rowOf(page, "shoppers with a line")?.[0]).toBe("5");
    expect(sumsOf(page)).toEqual({ yes: 3, no: 0, "not stated": 5 });
    expect(page).toContain("What the night was to each chain is not stated.");
    expect(foreignTo(page)).toEqual([]);
  });

  test("whatever stands in it, the page is made and whole", () => {
    const field = fc.constantFrom(...Object.keys(NIGHT), "status", "lines", "by_fallback_level", "read", "__proto__");
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(0, 5, -1, 1.5, null, true, "OK", "<b>", '"', "constructor", "2026-11-15T23:32:07Z"),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(field, fc.constantFrom("<i>", "constructor", "toString")), tie("any"), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(field, value), fc.constantFrom({}, NIGHT), (changed, night) => {
        expect(foreignTo(pageOf({ ...night, ...changed }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(foreignTo(pageOf("not JSON"))).toEqual([]);
  });
});

describe("what the page lets in and out", () => {
  const HOSTILE = `</td></title></style><script src="https://evil.example/x.js">alert(1)</script><img src=x onerror='alert(1)'>`;

  test("text of any origin is shown and is never markup", () => {
    const page = pageOf(
      {
        ...NIGHT,
        business_date: HOSTILE,
        model: { name: HOSTILE, version: HOSTILE, fallback_level: HOSTILE },
        by_contract: { [HOSTILE]: counts },
        objects_set_aside: [{ key: HOSTILE, reason: HOSTILE, rows: 1 }],
        tenants: {
          [HOSTILE]: {
            status: HOSTILE,
            failure: HOSTILE,
            lines: 1,
            by_fallback_level: { [HOSTILE]: 1 },
            newest_purchase: HOSTILE,
          },
        },
      },
      {
        ...FOUND,
        offerDate: HOSTILE,
        rowsByState: { [HOSTILE]: 1, [`SUPPRESSED(${HOSTILE})`]: 1, constructor: 1 },
        codesByState: { [HOSTILE]: { [HOSTILE]: 1 } },
        messagesByState: { [HOSTILE]: { [HOSTILE]: 1 }, constructor: { constructor: 1 } },
        chains: { [HOSTILE]: { lines: 1, rowsByState: { [HOSTILE]: 1 }, messages: 1 } },
        findings: { ...NOTHING, two_messages: 1 },
        listed: [{ kind: "two_messages", claim: HOSTILE, state: HOSTILE, sid: HOSTILE, status: HOSTILE }],
      },
    );
    expect(foreignTo(page)).toEqual([]);
    // Once at least for each place above that is shown as it is.
    expect(plain(page).split(HOSTILE.replace(/\s+/g, " ")).length).toBeGreaterThan(20);
  });

  test("it needs nothing but itself: no script, no address, nothing to load", () => {
    const page = pageOf();
    expect(foreignTo(page)).toEqual([]);
    expect(page).not.toMatch(/https?:|\/\/|url\(|@import|@font-face|\bsrc=|\bhref=|<script|<link|<iframe/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test("it can be read aloud: a language, one first heading, a caption and named rows and columns in every table", () => {
    const page = pageOf();
    expect(page).toContain('<html lang="en">');
    expect(page.match(/<h1>/g)).toHaveLength(1);
    const tables = [...page.matchAll(/<table[^>]*>(.*?)<\/table>/gs)].map(([, inside]) => inside!);
    expect(tables.length).toBeGreaterThan(6);
    for (const inside of tables) {
      expect(inside).toMatch(/^<caption>[^<]+<\/caption>/);
      expect(/<thead>(.*?)<\/thead>/s.exec(inside)![1]).not.toContain("<td");
      const bodies = /<tbody>(.*?)<\/tbody>/s.exec(inside)![1]!;
      expect(bodies.match(/<tr[^>]*><th scope="row">/g)).toHaveLength(bodies.match(/<tr/g)!.length);
    }
  });

  test("a day that went wrong as a whole is still one small page", () => {
    const listed = Array.from({ length: MOST_LISTED }, (_, index) => ({
      kind: "line_without_row" as const,
      claim: claimKey({ tenantId: "rede-azul", offerDate: DAY, shopperId: shopperOf(index) }),
    }));
    const objects_set_aside = Array.from({ length: 5_000 }, (_, index) => ({
      key: `data/${index}`,
      reason: "CONTENT",
    }));
    const page = pageOf(
      { ...NIGHT, objects_set_aside },
      { ...FOUND, findings: { ...NOTHING, line_without_row: 4_000_000 }, listed },
    );
    expect(verdictOf(page)).toContain("4,000,000 × line without a row");
    expect(page).toContain("3,999,000 more are counted and not listed.");
    expect(page).toContain("4,800 more: see");
    expect(page.length).toBeLessThan(400_000);
  });
});
