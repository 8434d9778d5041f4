// A shard [start, end) owns the lines whose first byte lies in it: whatever the cuts, each line of a file is owned
// by exactly one shard, and only a line's own bytes are ever held.

/** A line of a file: where its first byte lies, its bytes without the newline, and whether a newline ended it. */
export type ByteLine = { readonly offset: number; readonly bytes: Buffer; readonly ended: boolean };

/** A half-open range of bytes. */
export type ByteRange = { readonly start: number; readonly end: number };

/** The longest line that is a line: five offers with long names are under 8 KiB. */
export const MAXIMUM_LINE_BYTES = 64 * 1024;

const NEWLINE = 0x0a;

/** A line is longer than any line of OUT. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";
}

const refuseOver = (bytes: number): void => {
  if (bytes > MAXIMUM_LINE_BYTES) throw new LineTooLong(`A line is longer than ${MAXIMUM_LINE_BYTES} bytes.`);
};

/** The lines of a stream of bytes whose first byte lies at `offset` in its file. */
export async function* byteLines(chunks: AsyncIterable<Uint8Array>, offset = 0): AsyncGenerator<ByteLine> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let lineOffset = offset;
  for await (const chunk of chunks) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let newline = buffer.indexOf(NEWLINE); newline >= 0; newline = buffer.indexOf(NEWLINE, from)) {
      const bytes = Buffer.concat([...held, buffer.subarray(from, newline)]);
      refuseOver(bytes.length);
      yield { offset: lineOffset, bytes, ended: true };
      lineOffset += bytes.length + 1;
      held = [];
      heldBytes = 0;
      from = newline + 1;
    }
    if (from < buffer.length) {
      held.push(buffer.subarray(from));
      heldBytes += buffer.length - from;
      refuseOver(heldBytes);
    }
  }
  if (heldBytes > 0) yield { offset: lineOffset, bytes: Buffer.concat(held), ended: false };
}

/** The cuts of a file into ranges of at most `shardBytes`. */
export function cutShards(fileBytes: number, shardBytes: number): ByteRange[] {
  const shards: ByteRange[] = [];
  for (let start = 0; start < fileBytes; start += shardBytes) {
    shards.push({ start, end: Math.min(start + shardBytes, fileBytes) });
  }
  return shards;
}

/** The bytes to read for a shard: one before it, to see whether a line begins at its start, and one line past it. */
export const bytesToRead = ({ start, end }: ByteRange): ByteRange => ({
  start: Math.max(0, start - 1),
  end: end + MAXIMUM_LINE_BYTES,
});

/** The lines that a shard owns, from the bytes that `bytesToRead` named. */
export async function* linesOwned(chunks: AsyncIterable<Uint8Array>, shard: ByteRange): AsyncGenerator<ByteLine> {
  for await (const line of byteLines(chunks, bytesToRead(shard).start)) {
    if (line.offset >= shard.end) return;
    if (line.offset >= shard.start) yield line;
  }
}
