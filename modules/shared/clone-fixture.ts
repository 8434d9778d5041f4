// A temporary copy of what a stack ships, with stand-ins for what the build makes: tests synthesize from it, so that
// they need no build, and can add a file without touching the repository.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { archive } from "./archive";
import { packageRoot } from "./source-root";

const SHIPPED = ["contracts", "dags", "models", "spark"];
const HANDLERS = [
  ...["authorizer", "collector", "reaper", "deadline"],
  ...["planner", "sender", "callback", "status", "sweeper", "closer", "reconciler"],
];

/** A copy in the machine's temporary folder. */
export interface Clone {
  readonly root: string;
  readonly read: (path: string) => string;
  /** Writes a file of the copy. */
  readonly write: (path: string, content: string) => void;
  /** Gives a function another bundle. */
  readonly bundle: (handler: string, source: string) => void;
  /** Deletes a file of the copy. */
  readonly discard: (path: string) => void;
  /** Gives every file of the copy one modification time. */
  readonly touch: (when: Date) => void;
  readonly remove: () => void;
}

/** Copies the shipped sources and adds one bundle a handler and one Spark schema. */
export function cloneFixture(): Clone {
  const root = mkdtempSync(join(tmpdir(), "mercafacil-clone-"));
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const folder of SHIPPED) cpSync(join(packageRoot(), folder), join(root, folder), { recursive: true });
  write("package.json", "{}");
  const bundle = (handler: string, source: string) =>
    write(`dist/bundles/${handler}/${handler}.zip`, archive([{ path: "index.js", content: Buffer.from(source) }]));
  for (const handler of HANDLERS) bundle(handler, `exports.handler = "${handler}";\n`);
  write("generated/spark/purchase_v1.json", '{"type":"struct","fields":[]}');
  const touch = (when: Date) => {
    for (const path of readdirSync(root, { recursive: true, encoding: "utf8" }))
      utimesSync(join(root, path), when, when);
  };
  const discard = (path: string) => rmSync(join(root, path));
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  return { root, read, write, bundle, discard, touch, remove: () => rmSync(root, { recursive: true, force: true }) };
}
