// Firehose's wire protocol on loopback, for what a test must be able to refuse: PutRecordBatch and nothing else.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A Firehose that keeps what it took in memory. */
export type FakeFirehose = {
  readonly url: string;
  readonly calls: readonly { readonly stream: string; readonly lines: readonly string[] }[];
  /** Records that a stream took. */
  readonly lines: (stream: string) => readonly string[];
  /** Refuses matching records of the next call, behind an HTTP 200. */
  readonly refuseOnce: (matches: (line: string) => boolean) => void;
  readonly stop: () => Promise<void>;
};

type PutRecordBatch = { readonly DeliveryStreamName: string; readonly Records: readonly { readonly Data: string }[] };

/** Starts one on a free port. */
export async function startFakeFirehose(): Promise<FakeFirehose> {
  const calls: { stream: string; lines: string[] }[] = [];
  const taken: { stream: string; line: string }[] = [];
  let refuses: ((line: string) => boolean) | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { DeliveryStreamName: stream, Records } = JSON.parse(Buffer.concat(chunks).toString()) as PutRecordBatch;
    const lines = Records.map(({ Data }) => Buffer.from(Data, "base64").toString());
    calls.push({ stream, lines });
    const refused = refuses;
    refuses = undefined;
    const RequestResponses = lines.map((line, at) => {
      if (refused?.(line)) return { ErrorCode: "ServiceUnavailableException", ErrorMessage: "Slow down." };
      taken.push({ stream, line });
      return { RecordId: String(at) };
    });
    const FailedPutCount = RequestResponses.filter((each) => "ErrorCode" in each).length;
    response.setHeader("Content-Type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ FailedPutCount, RequestResponses }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    lines: (stream) => taken.filter((each) => each.stream === stream).map(({ line }) => line),
    refuseOnce: (matches) => {
      refuses = matches;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
