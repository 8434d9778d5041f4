// The figures of an evaluation, out of the file that `npm run evaluate -- --json FILE` wrote.
import { readFileSync } from "node:fs";
import type { Figures } from "./judge-package";

/** Throws one sentence that names the file when it holds none. */
export function figuresIn(file: string): Figures {
  let figures: unknown;
  try {
    figures = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof SyntaxError ? "it is no JSON" : (error as NodeJS.ErrnoException).code;
    throw new Error(`${file} holds no figures (${why}): give what npm run evaluate -- --json FILE wrote.`);
  }
  if (typeof figures !== "object" || figures === null || Array.isArray(figures))
    throw new Error(`${file} holds no figures (no object): give what npm run evaluate -- --json FILE wrote.`);
  return figures;
}
