import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

test("a fresh clone's first synth makes the folders that it writes to", () => {
  const clone = mkdtempSync(join(tmpdir(), "bootstrap-"));
  try {
    const { CDKTF_OUTDIR: _, ...env } = process.env;
    const program = resolve(__dirname, "../dist/bootstrap/main.js");
    const { status, stderr } = spawnSync(process.execPath, [program], { cwd: clone, env, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(join(clone, "cdktf.out/bootstrap/stacks"))).not.toEqual([]);
  } finally {
    rmSync(clone, { recursive: true });
  }
});
