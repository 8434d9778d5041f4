import type { OutFile } from "./manifest";
import { outFileOf, outLineText, shopperOf } from "./out-file-fixture";
import { nothingSeen, type Seen, verifyFile } from "./verify-file";

const TENANT = "rede-azul";
const DATE = "2026-11-23";
const line = (index: number, tenant = TENANT, date = DATE): string =>
  outLineText(tenant, date, shopperOf(index), ["Arroz", "Feijão", "Café"]);
const GOOD = line(0) + line(1) + line(2);

async function verify(text: string, file: OutFile, seen: Seen = nothingSeen()) {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  let lines = 0;
  const refusal = await verifyFile(file, DATE, chunks(), seen, async () => {
    lines += 1;
  });
  return { refusal, lines };
}

describe("a file", () => {
  test("that is exactly what the manifest says is believed, line by line", async () => {
    expect(await verify(GOOD, outFileOf(TENANT, DATE, 0, GOOD))).toEqual({ refusal: undefined, lines: 3 });
  });

  test.each([
    ["truncated", GOOD.slice(0, -10), outFileOf(TENANT, DATE, 0, GOOD), "unended"],
    ["shorter by a line", line(0) + line(1), outFileOf(TENANT, DATE, 0, GOOD), "bytes"],
    [
      "with another shopper's line in place of one",
      line(0) + line(1) + line(3),
      outFileOf(TENANT, DATE, 0, GOOD),
      "sha256",
    ],
    ["with a line counted twice by the manifest", GOOD, { ...outFileOf(TENANT, DATE, 0, GOOD), lines: 4 }, "lines"],
  ])("is refused whole when it is not what was published: %s", async (_, text, file, refusal) => {
    expect((await verify(text, file)).refusal).toBe(refusal);
  });

  test.each([
    ["a duplicate line", line(0) + line(0), "duplicate"],
    ["a foreign chain's line", line(0) + line(1, "rede-verde"), "tenant"],
    ["another day's line", line(0) + line(1, TENANT, "2026-11-22"), "date"],
    ["a line that is not JSON", `${line(0)}{"recommendation_id":\n`, "line"],
    ["a line without a shopper", `${line(0)}{"tenant_id":"${TENANT}"}\n`, "line"],
    [
      "a recommendation id that is none",
      line(0).replace(/"recommendation_id":"[^"]+"/, '"recommendation_id":"1"'),
      "line",
    ],
    ["no newline at its end", GOOD.slice(0, -1), "unended"],
  ])("is refused whole even if the manifest vouches for it: %s", async (_, text, refusal) => {
    const vouched = { ...outFileOf(TENANT, DATE, 0, text), lines: text.trimEnd().split("\n").length };
    expect((await verify(text, vouched)).refusal).toBe(refusal);
  });

  test("may not repeat a shopper of another believed file of its chain, but a refused one counts for nothing", async () => {
    const seen = nothingSeen();
    const file = outFileOf(TENANT, DATE, 0, GOOD);
    expect((await verify(GOOD, { ...file, sha256: "0".repeat(64) }, seen)).refusal).toBe("sha256");
    expect((await verify(GOOD, file, seen)).refusal).toBeUndefined();
    expect((await verify(line(2), outFileOf(TENANT, DATE, 1, line(2)), seen)).refusal).toBe("duplicate");
  });
});
