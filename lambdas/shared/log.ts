// A log line holds counts, codes and ids of our own making, never what a client sent: the type takes nothing free, and
// an error is told by its name and status, since its message may quote a value.

/** What a line may hold. Strings are ours: codes, contract names, tenant and key ids. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null | undefined | Readonly<Record<string, number>>>
>;

/** Writes one JSON line to standard output, where CloudWatch takes it. */
export function log(message: string, fields: LogFields = {}): void {
  process.stdout.write(`${JSON.stringify({ message, ...fields })}\n`);
}

/** What may be said of an error: its name, and the status and request id when AWS answered. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const { httpStatusCode, requestId } =
    (error as { $metadata?: { httpStatusCode?: number; requestId?: string } }).$metadata ?? {};
  return { error: error.name, status: httpStatusCode, request_id: requestId };
}
