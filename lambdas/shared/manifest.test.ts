import { ManifestRefused, readManifest } from "./manifest";
import { manifestText, outFileOf } from "./out-file-fixture";

const DATE = "2026-11-23";
const file = outFileOf("rede-azul", DATE, 0, "x\n");
const changed = (change: Record<string, unknown>): string => {
  const document = JSON.parse(manifestText(DATE, [file]));
  document.files[0] = { ...document.files[0], ...change };
  return JSON.stringify(document);
};

describe("a manifest", () => {
  test("names the day's files", () => {
    expect(readManifest(manifestText(DATE, [file]), DATE)).toEqual({ offerDate: DATE, files: [file] });
  });

  test.each([
    ["not JSON", "{"],
    ["no object", "[]"],
    ["of another day", manifestText("2026-11-22", [])],
    ["of another version", manifestText(DATE, []).replace('"version":1', '"version":2')],
    ["with a file of another folder", changed({ key: "data_output/2026-11-22/recommendations_x.txt" })],
    ["with a file that climbs out", changed({ key: `data_output/${DATE}/../recommendations_x.txt` })],
    ["with a file twice", manifestText(DATE, [file, file])],
    ["without a hash", changed({ sha256: null })],
    ["with half a line", changed({ lines: 1.5 })],
    ["without a chain", changed({ tenant_id: "Rede Azul" })],
  ])("is refused in one sentence when it is %s", (_, text) => {
    expect(() => readManifest(text, DATE)).toThrow(ManifestRefused);
  });
});
