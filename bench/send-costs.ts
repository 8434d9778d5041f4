// What the sender's calls cost at AWS, from how often each was made and how many request units one takes in our tables.
// The arithmetic stands in docs/costs.md as well.

/** US dollars a million in sa-east-1, on demand, without taxes or discounts; look them up before relying on them. */
export const PRICES = {
  readUnit: 0.1875,
  writeUnit: 0.9375,
  getObject: 0.56,
  getSecret: 5,
  sqsRequest: 0.4,
  /** Of a gigabyte-second of a Lambda. */
  gigabyteSecond: 16.6667,
} as const;

/** Request units of one call, or of one key of a batch; rows are under 1 kB, every read is consistent. */
export const UNITS: Readonly<Record<string, { readonly reads?: number; readonly writes?: number }>> = {
  Query: { reads: 1 },
  GetItem: { reads: 1 },
  "BatchGetItem key": { reads: 1 },
  // Two puts of a transaction count twice each; the line's row is copied to two indexes.
  TransactWriteItems: { writes: 6 },
  // The line's row, its copy by day, and its copy among the open ones that ends.
  "UpdateItem ledger": { writes: 3 },
  "UpdateItem control": { writes: 1 },
};

/** US dollars for the calls that were counted, of which `UNITS` names each, and for the Lambda's time. */
export function costOf(
  calls: Readonly<Record<string, number>>,
  lambda: { readonly gigabytes: number; readonly seconds: number },
): { readonly dynamoDb: number; readonly lambda: number; readonly rest: number } {
  let [reads, writes] = [0, 0];
  for (const [call, { reads: read = 0, writes: written = 0 }] of Object.entries(UNITS)) {
    reads += (calls[call] ?? 0) * read;
    writes += (calls[call] ?? 0) * written;
  }
  const { GetObject = 0, GetSecretValue = 0, shard = 0 } = calls;
  // A shard's message is sent, received and deleted.
  const rest = GetObject * PRICES.getObject + GetSecretValue * PRICES.getSecret + shard * 3 * PRICES.sqsRequest;
  return {
    dynamoDb: (reads * PRICES.readUnit + writes * PRICES.writeUnit) / 1e6,
    lambda: (lambda.gigabytes * lambda.seconds * PRICES.gigabyteSecond) / 1e6,
    rest: rest / 1e6,
  };
}
