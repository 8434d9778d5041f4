import fc from "fast-check";
import {
  type ByteRange,
  byteLines,
  bytesToRead,
  cutShards,
  LineTooLong,
  linesOwned,
  MAXIMUM_LINE_BYTES,
} from "./byte-lines";

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function owned(file: Buffer, shard: ByteRange, chunk: number): Promise<string[]> {
  const { start, end } = bytesToRead(shard);
  const lines: string[] = [];
  for await (const { offset, bytes } of linesOwned(inChunks(file.subarray(start, end), chunk), shard)) {
    lines.push(`${offset}:${bytes.toString("latin1")}`);
  }
  return lines;
}

describe("shards", () => {
  test("own each line of a file exactly once, for any bytes and any cuts", async () => {
    const bytes = fc.array(fc.constantFrom(0x0a, 0x61, 0x62), { maxLength: 60 }).map((values) => Buffer.from(values));
    const size = fc.integer({ min: 1, max: 20 });
    await fc.assert(
      fc.asyncProperty(bytes, size, size, async (file, shardBytes, chunk) => {
        const all: string[] = [];
        for await (const line of byteLines(inChunks(file, chunk))) {
          all.push(`${line.offset}:${line.bytes.toString("latin1")}`);
        }
        const text = file.toString("latin1");
        expect(all.map((line) => line.slice(line.indexOf(":") + 1))).toEqual(
          text.endsWith("\n") || text === "" ? text.split("\n").slice(0, -1) : text.split("\n"),
        );
        const byShard: string[] = [];
        for (const shard of cutShards(file.length, shardBytes)) byShard.push(...(await owned(file, shard, chunk)));
        expect(byShard).toEqual(all);
      }),
    );
  });

  test("go on at any line's offset with that line", async () => {
    const file = Buffer.from("aa\nbbb\nc\n");
    expect(await owned(file, { start: 3, end: file.length }, 4)).toEqual(["3:bbb", "7:c"]);
    expect(await owned(file, { start: 4, end: file.length }, 4)).toEqual(["7:c"]);
  });

  test("hold no line longer than a line can be", async () => {
    const file = Buffer.concat([Buffer.alloc(MAXIMUM_LINE_BYTES + 1, 0x61), Buffer.from("\n")]);
    for (const chunk of [1_000, file.length]) {
      await expect(
        (async () => {
          for await (const _ of byteLines(inChunks(file, chunk)));
        })(),
      ).rejects.toThrow(LineTooLong);
    }
  });
});
