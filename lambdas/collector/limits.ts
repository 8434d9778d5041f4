// Every limit of ingestion, once.

/** Bytes of a request body. */
export const BODY_BYTES = 4_000_000;

/** Events of a request. */
export const BODY_EVENTS = 500;

/** Bytes of an event once stamped, without the newline that ends its record. */
export const EVENT_BYTES = 256 * 1_024;

/** How far ahead of the collector's clock an event may lie. */
export const AHEAD_MILLISECONDS = 10 * 60_000;

/** How old an event may be. */
export const AGE_MILLISECONDS = 400 * 86_400_000;

/** Records of one PutRecordBatch (AWS). */
export const BATCH_RECORDS = 500;

/** Bytes of one PutRecordBatch (AWS). */
export const BATCH_BYTES = 4 * 1_024 * 1_024;

/** Bytes of one record (AWS). */
export const RECORD_BYTES = 1_000 * 1_024;

/** Milliseconds after which a request is answered whatever is missing: API Gateway gives up at 29 s. */
export const ANSWER_MILLISECONDS = 25_000;

/** Milliseconds that one call of another service may take. */
export const CALL_MILLISECONDS = 5_000;

/** Milliseconds that all vault rows of a request may take, so that time is left for Firehose. */
export const VAULT_MILLISECONDS = 12_000;

/** Vault rows written at once. */
export const VAULT_WRITES = 32;

/** Seconds after which a client should send again. */
export const RETRY_AFTER_SECONDS = 5;
