// The move from cdktf to its continuation is this: other names in the imports, and nothing else.
const RENAMED = { cdktf: "cdktn", "@cdktf/provider-aws": "@cdktn/provider-aws" };

/** The text with every import of a renamed package under its new name. */
export function renameImports(source) {
  return source.replace(
    /\b(from|import|require\()(\s*)(["'])(cdktf|@cdktf\/provider-aws)(?=[/"'])/g,
    (_, word, space, quote, name) => `${word}${space}${quote}${RENAMED[name]}`,
  );
}

/** Whether a text still imports what should have been renamed. */
export const namesCdktf = (source) => /["']@?cdktf["'/]/.test(source);
