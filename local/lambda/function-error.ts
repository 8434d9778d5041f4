// What a caller of a Lambda function sees when it fails: the same names and words that Lambda answers with.

/** A failed invocation: the handler threw, ran out of time, or its process ended. */
export class FunctionError extends Error {
  /** Lambda's `errorType`: the thrown error's name, `Sandbox.Timedout`, `Runtime.ExitError`… */
  readonly errorType: string;
  /** The stack inside the function, if it threw. */
  readonly trace: readonly string[];

  constructor(errorType: string, message: string, trace: readonly string[] = []) {
    super(message);
    this.name = "FunctionError";
    this.errorType = errorType;
    this.trace = trace;
  }
}
