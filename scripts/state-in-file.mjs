// `state-in-file.mjs STACK`: after synth, keeps the stack's state in a file beside it, whatever backend it has.
import { writeFileSync } from "node:fs";
import path from "node:path";

const [stack] = process.argv.slice(2);
const outdir = process.env.CDKTF_OUTDIR;
if (!stack || !outdir) throw new Error("state-in-file.mjs takes a stack's name, and CDKTF_OUTDIR says where it lies.");
writeFileSync(
  path.join(outdir, "stacks", stack, "backend_override.tf.json"),
  JSON.stringify({ terraform: { backend: { local: {} } } }),
);
