// Time as the collector spends it: everything that waits is bounded by what is left until the answer.
import { ANSWER_MILLISECONDS, CALL_MILLISECONDS } from "./limits";

/** Time and chance, as arguments. */
export type Pacing = {
  /** Milliseconds that are left until the answer. */
  readonly remainingMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Runs a call, and rejects when it takes longer, whether or not it heeds the signal. */
  readonly within: <T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>) => Promise<T>;
};

/** Milliseconds that one call may take now. */
export const patience = ({ remainingMs }: Pacing): number => Math.min(CALL_MILLISECONDS, remainingMs());

/** Real time, from now to the answer; `invocationMs` is what the platform leaves. */
export function realPacing(invocationMs: number): Pacing {
  const end = performance.now() + Math.min(ANSWER_MILLISECONDS, invocationMs);
  return {
    remainingMs: () => end - performance.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: Math.random,
    within,
  };
}

async function within<T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error("A call took too long."));
      controller.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([call(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
