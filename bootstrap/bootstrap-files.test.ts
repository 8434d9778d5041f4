import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { ENVIRONMENTS } from "../environments/all";
import { contents, machineIn, secretsIn } from "../environments/synthesized-files";
import { accountsOf, BootstrapStack } from "./bootstrap-stack";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Synthesizes the bootstrap of every account from another working folder; returns every file. */
function synth(accounts = accountsOf(ENVIRONMENTS)): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "mercafacil-bootstrap-"));
  folders.push(folder);
  const app = new App({ outdir: folder });
  for (const account of accounts) new BootstrapStack(app, account);
  app.synth();
  return contents(folder);
}

test("the same accounts give the same bytes in another folder and at another time", () => {
  const first = synth();
  jest.useFakeTimers({ now: new Date("2031-07-04T03:02:01Z") });
  const second = synth();
  jest.useRealTimers();
  expect([...first.keys()]).toEqual([...second.keys()]);
  expect([...first].filter(([path, content]) => !second.get(path)!.equals(content))).toEqual([]);
  expect([...first.keys()].filter((path) => path.endsWith("cdk.tf.json"))).toHaveLength(3);
});

test("no file holds a path of the machine that made it or a secret", () => {
  for (const [path, content] of synth()) {
    const found = [...machineIn(content, ...folders), ...secretsIn(content)];
    expect({ path, found }).toEqual({ path, found: [] });
  }
});

test("a path and a secret would be found", () => {
  const leaking = Buffer.from(`{"source": "${folders[0]}/x", "secret_string": "correct horse battery"}`);
  expect(machineIn(leaking, ...folders)).toContain(folders[0]);
  expect(secretsIn(leaking)).toHaveLength(1);
});
