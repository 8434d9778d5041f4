// Speaks Firehose's wire protocol (JSON 1.1) on loopback, with AWS's limits and error shapes, so that the shipped
// collector's own AWS client talks to it.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Firehose, PutResult } from "./firehose";

// AWS quotas of PutRecordBatch: records, bytes of all data, bytes of one record (before base64).
const maxRecords = 500;
const maxBatchBytes = 4 * 1024 * 1024;
const maxRecordBytes = 1000 * 1024;
// Base64 and JSON around the largest batch.
const maxBodyBytes = 8 * 1024 * 1024;
const account = "000000000000";

export interface FirehoseServerOptions {
  readonly firehose: Firehose;
  /** 0: any free port. */
  readonly port: number;
  /** The played instant of a request that arrives now (epoch ms). */
  readonly now: () => number;
  /** Why whoever signed the request may not do this to the stream; undefined when they may. All may without it. */
  readonly refusal?: (authorization: string | undefined, action: string, stream: string) => Promise<string | undefined>;
}

export interface FirehoseServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** An answer that is an AWS error. */
class AwsError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

type Body = Readonly<Record<string, unknown>>;

export async function startFirehoseServer(options: FirehoseServerOptions): Promise<FirehoseServer> {
  const server = createServer(async (request, response) => {
    let status = 200;
    let answer: object;
    try {
      answer = await handle(request, options);
    } catch (error) {
      const known = error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
      status = known.status;
      answer = { __type: known.type, message: known.message };
    }
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answer));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function handle(request: IncomingMessage, { firehose, now, refusal }: FirehoseServerOptions): Promise<object> {
  const action = /^Firehose_20150804\.(\w+)$/.exec(String(request.headers["x-amz-target"]))?.[1];
  const body = await readBody(request);
  if (action !== "PutRecord" && action !== "PutRecordBatch") {
    throw new AwsError("UnknownOperationException", `the local Firehose does not execute ${action ?? "this request"}`);
  }
  const stream = body.DeliveryStreamName;
  if (typeof stream !== "string") throw notNull("deliveryStreamName");
  const refused = await refusal?.(request.headers.authorization, `firehose:${action}`, stream);
  if (refused !== undefined) throw new AwsError("AccessDeniedException", refused);
  const records = recordsOf(action, body);
  if (!firehose.has(stream)) {
    throw new AwsError("ResourceNotFoundException", `Firehose ${stream} under account ${account} not found.`);
  }
  const results = await firehose.putRecordBatch(stream, records, now());
  return action === "PutRecord" ? single(results) : batch(results);
}

function recordsOf(action: "PutRecord" | "PutRecordBatch", body: Body): Buffer[] {
  const raw = action === "PutRecord" ? body.Record && [body.Record] : body.Records;
  const member = action === "PutRecord" ? "record" : "records";
  if (!Array.isArray(raw)) throw notNull(member);
  const lengthWords = "failed to satisfy constraint: Member must have length";
  if (raw.length === 0) throw invalid(`Value '[]' at 'records' ${lengthWords} greater than or equal to 1`);
  if (raw.length > maxRecords) {
    throw invalid(`Value '[${raw.length} records]' at 'records' ${lengthWords} less than or equal to ${maxRecords}`);
  }
  const records = raw.map((each, index) => {
    const path = action === "PutRecord" ? "record.data" : `records.${index + 1}.member.data`;
    const data = (each as Body | null)?.Data;
    if (typeof data !== "string") throw notNull(path);
    const bytes = Buffer.from(data, "base64");
    if (bytes.byteLength > maxRecordBytes)
      throw invalid(`Value at '${path}' ${lengthWords} less than or equal to ${maxRecordBytes}`);
    return bytes;
  });
  const total = records.reduce((sum, each) => sum + each.byteLength, 0);
  if (total > maxBatchBytes) throw new AwsError("InvalidArgumentException", "Records size exceeds 4 MB limit");
  return records;
}

function single([result]: PutResult[]): object {
  if (result && "ErrorCode" in result) throw new AwsError(result.ErrorCode, result.ErrorMessage, 503);
  return { RecordId: result?.RecordId, Encrypted: true };
}

function batch(results: PutResult[]): object {
  const failed = results.filter((each) => "ErrorCode" in each).length;
  return { FailedPutCount: failed, Encrypted: true, RequestResponses: results };
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw new AwsError("RequestEntityTooLargeException", "Request body is too large", 413);
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof body === "object" && body !== null) return body as Body;
  } catch {
    // Answered below.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object");
}

function notNull(path: string): AwsError {
  return invalid(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
}

function invalid(words: string): AwsError {
  return new AwsError("ValidationException", `1 validation error detected: ${words}`);
}
