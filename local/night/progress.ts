// Tells what the run is doing while it does it: one line a stage, with its time.

/** A stage under way. */
export interface Stage {
  /** Says how far it is; shown at most every few seconds. */
  update(detail: string): void;
  /** The stage is over. */
  done(detail?: string): void;
}

/** Where progress goes. */
export interface Progress {
  /** A line of its own. */
  say(line: string): void;
  /** Begins a stage; an earlier one may still be under way. */
  stage(name: string): Stage;
}

const NAME_WIDTH = 34;
const INTERVAL_MILLISECONDS = 10_000;

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1).padStart(6)} s`;

/** Progress as lines of text; `elapsed` is the run's time in milliseconds. */
export const createProgress = (write: (text: string) => void, elapsed: () => number): Progress => {
  const say = (line: string) => write(`${line}\n`);
  return {
    say,
    stage: (name) => {
      const begun = elapsed();
      let shown = begun;
      return {
        update: (detail) => {
          if (elapsed() - shown < INTERVAL_MILLISECONDS) return;
          shown = elapsed();
          say(`  ${seconds(elapsed() - begun)}  ${name}: ${detail}`);
        },
        done: (detail = "") =>
          say(
            `  ${seconds(elapsed() - begun)}  ${`${name} `.padEnd(detail ? NAME_WIDTH : 0, ".")} ${detail}`.trimEnd(),
          ),
      };
    },
  };
};
