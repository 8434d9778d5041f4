// An empty project of somebody else: the package installed from its tarball, the peers from this project's own
// installation, the documentation's examples as its sources. Nothing is fetched from anywhere.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./files.mjs";

/** Runs a command in a folder; what it said, or an error with all of it. */
export function runIn(folder, command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout ?? ""}${stderr ?? ""}`);
  return stdout;
}

const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");

const PEERS = ["@cdktf/provider-aws", "cdktf", "constructs"];

/**
 * Makes the project in `folder`, which is outside of the repository. npm judges the peers by their own manifests and fails
 * where they do not fit; then the real ones take their places.
 */
export function makeConsumer(folder, tarball) {
  const dependencies = {};
  for (const name of PEERS) {
    const manifest = JSON.parse(readFileSync(path.join(root, "node_modules", name, "package.json"), "utf8"));
    const { version, peerDependencies } = manifest;
    const standIn = path.join("peers", name);
    mkdirSync(path.join(folder, standIn), { recursive: true });
    writeFileSync(path.join(folder, standIn, "package.json"), JSON.stringify({ name, version, peerDependencies }));
    dependencies[name] = `file:${standIn}`;
  }
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  runIn(folder, "npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball);
  for (const name of PEERS) {
    rmSync(path.join(folder, "node_modules", name));
    symlinkSync(path.join(root, "node_modules", name), path.join(folder, "node_modules", name));
  }
  const isSource = (name) => !name.endsWith("without-cdktf");
  cpSync(path.join(root, "docs", "examples"), folder, { recursive: true, filter: isSource });
}

/** Compiles the project as strictly as TypeScript can, by the given resolution (`node16`, `bundler`). */
export function compileConsumer(folder, moduleResolution) {
  const module = moduleResolution === "bundler" ? "esnext" : moduleResolution;
  const compilerOptions = {
    ...{ strict: true, skipLibCheck: true, target: "es2022", outDir: `built-${moduleResolution}` },
    ...{ module, moduleResolution, types: ["node"], typeRoots: [path.join(root, "node_modules", "@types")] },
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  runIn(folder, process.execPath, tsc, "-p", "tsconfig.json");
}

/** Synthesizes the compiled examples; returns the folder of their stacks. */
export function synthesizeConsumer(folder) {
  runIn(folder, process.execPath, path.join("built-node16", "main.js"));
  return path.join(folder, "cdktf.out", "stacks");
}
