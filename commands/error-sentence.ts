// What a person reads of an error: its own sentence, and of a connection that failed where nobody answered.

const UNREACHABLE: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
]);

type NetworkError = {
  readonly code?: unknown;
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
};

/** The failed connection behind an error: itself, its cause, or the first of several tries. */
function connectionOf(error: unknown, depth = 0): NetworkError | undefined {
  if (typeof error !== "object" || error === null || depth > 5) return undefined;
  const { code, cause, errors } = error as NetworkError & { readonly cause?: unknown; readonly errors?: unknown };
  // One error of several tries has their code and no place.
  const [first] = Array.isArray(errors) ? errors : [];
  return (
    connectionOf(first, depth + 1) ?? (UNREACHABLE.has(code) ? (error as NetworkError) : connectionOf(cause, depth + 1))
  );
}

/** One sentence of whatever was thrown. */
export function errorSentence(error: unknown): string {
  const connection = connectionOf(error);
  if (!connection) return error instanceof Error ? error.message : String(error);
  const { code, hostname, address, port } = connection;
  const host = hostname ?? address;
  const place = host === undefined ? "the endpoint" : [host, port].filter((part) => part !== undefined).join(":");
  return `Nobody answers at ${place} (${code}): is the endpoint right, and what it belongs to running?`;
}
