// A queue as SQS keeps it: a message that was received and not deleted is there again, and each may come twice.

/** A message, and how often it was received. */
export type QueuedMessage<T> = { readonly body: T; hidden: boolean; received: number };

/** A queue in memory. */
export type MemoryQueue<T> = {
  readonly messages: Set<QueuedMessage<T>>;
  readonly send: (...bodies: readonly T[]) => void;
  readonly visible: () => QueuedMessage<T>[];
};

/** An empty queue. */
export function memoryQueue<T>(): MemoryQueue<T> {
  const messages = new Set<QueuedMessage<T>>();
  return {
    messages,
    send(...bodies) {
      for (const body of bodies) messages.add({ body, hidden: false, received: 0 });
    },
    visible: () => [...messages].filter(({ hidden }) => !hidden),
  };
}
