import { strFromU8, strToU8, unzipSync } from "fflate";
import { type ArchiveEntry, archive } from "./archive";

const entries: ArchiveEntry[] = [
  { path: "b/two.py", content: strToU8("two = 2\n".repeat(200)) },
  { path: "a.py", content: strToU8("one = 1\n") },
];

afterEach(() => jest.useRealTimers());

describe("archive", () => {
  test("the same files give the same bytes whatever their order and the time", () => {
    const first = archive(entries);
    jest.useFakeTimers({ now: new Date("2031-07-04T03:02:01Z") });
    expect(Buffer.from(archive([...entries].reverse())).equals(Buffer.from(first))).toBe(true);
  });

  test("another content gives other bytes", () => {
    const changed = [entries[0]!, { path: "a.py", content: strToU8("one = 2\n") }];
    expect(Buffer.from(archive(changed)).equals(Buffer.from(archive(entries)))).toBe(false);
  });

  test("what goes in comes out, sorted by path", () => {
    const files = unzipSync(archive(entries));
    expect(Object.keys(files)).toEqual(["a.py", "b/two.py"]);
    expect(strFromU8(files["b/two.py"]!)).toBe("two = 2\n".repeat(200));
  });

  test("two files of one path are refused, not overwritten", () => {
    expect(() => archive([...entries, entries[0]!])).toThrow("b/two.py twice");
  });
});
