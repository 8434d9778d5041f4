// The lines of a part of an OUT file, from the very version that was verified and from no other.
import { Readable } from "node:stream";
import { type ByteLine, type ByteRange, bytesToRead, linesOwned } from "./byte-lines";
import type { OutBucket } from "./out-bucket";

/** The file is no longer the one that was verified. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";
}

/** The lines that a range of an object owns; throws FileChanged when its ETag is another. */
export async function* shardLines(
  out: Pick<OutBucket, "openRange">,
  { key, etag }: { readonly key: string; readonly etag: string },
  range: ByteRange,
): AsyncGenerator<ByteLine> {
  const object = await out.openRange(key, etag, bytesToRead(range));
  if (!object) throw new FileChanged(`${key} is no longer the version that was verified.`);
  // Read whole, some hundred KiB: no connection waits while messages are sent.
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.chunks) chunks.push(chunk);
  yield* linesOwned(Readable.from(chunks), range);
}
