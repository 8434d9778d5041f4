// Failures that a person can act on: their message is the one sentence that the run ends with.

/** A failure told in one sentence, without a stack. */
export class NightError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "NightError";
  }
}

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `code` of a system error (ENOENT, EADDRINUSE, ENOSPC…), wherever in the chain of causes it lies. */
export const systemCodeOf = (error: unknown): string | undefined => {
  for (let current = error; typeof current === "object" && current !== null; current = (current as Error).cause) {
    const { code } = current as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return undefined;
};
