import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

test("a folder that cannot be written is refused in one sentence", () => {
  const folder = mkdtempSync(join(tmpdir(), "export-"));
  try {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const program = resolve(__dirname, "../../dist/commands/export/export.js");
    const args = [program, "--env", "local", "--out", join(file, "below")];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ENOTDIR: [^\n]*\n$/);
    expect(stderr).toContain(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
