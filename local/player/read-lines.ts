// Streams the lines of a file with their places, so that a second pass can read any of them again without holding all.
import { createReadStream } from "node:fs";

/** One line without its line feed; `bytes` is absent when it is longer than the reader keeps. */
export interface RawLine {
  readonly offset: number;
  readonly length: number;
  readonly bytes?: Buffer;
}

const LINE_FEED = 10;

/** The lines of `file`, the last one also without a line feed. A line over `maximumBytes` comes without its bytes. */
export async function* readLines(file: string, maximumBytes: number): AsyncGenerator<RawLine> {
  let offset = 0;
  let length = 0;
  let parts: Buffer[] = [];
  const add = (part: Buffer) => {
    length += part.length;
    if (length <= maximumBytes) parts.push(part);
    else parts = [];
  };
  const line = (): RawLine => ({ offset, length, ...(length <= maximumBytes && { bytes: Buffer.concat(parts) }) });
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      yield line();
      offset += length + 1;
      length = 0;
      parts = [];
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield line();
}
