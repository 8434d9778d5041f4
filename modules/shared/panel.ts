// What a module shows of itself: a graph with a title that a person understands; the dashboard lays panels out.
import type { Metric } from "./alarm";

/** One graph. */
export interface Panel {
  /** What is seen, as a person would say it. */
  readonly title: string;
  /** Lines of the graph by their label. */
  readonly lines: Readonly<Record<string, Metric>>;
}
