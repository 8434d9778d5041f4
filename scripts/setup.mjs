// Where the setup begins: sees to the Node before it loads the rest, which an older one could not even read.
const nodeMajors = ["20", "22"];
/** One-shot hashes, by which the collector makes its tokens, came with this minor of Node 20. */
const firstMinorOf20 = 12;

const [major, minor] = process.versions.node.split(".");
if (nodeMajors.includes(major) && (major !== "20" || Number(minor) >= firstMinorOf20)) {
  import("./setup-steps.mjs");
} else {
  console.error(
    `Node ${nodeMajors[0]}.${firstMinorOf20} or later, or 22, is needed, and this is Node ${process.versions.node}: install one of them.`,
  );
  process.exitCode = 1;
}
