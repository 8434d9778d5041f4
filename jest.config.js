// Unit tests run in parallel; the whole small night (local/night.test.ts) is run apart, by scripts/test.mjs.
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/dist/", "<rootDir>/.local/", "<rootDir>/cdktf.out/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.local/", "<rootDir>/cdktf.out/"],
  transform: {
    "^.+\\.(ts|js)$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript", decorators: true }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // Published as ES modules only: jest runs CommonJS, so these few are compiled like our own sources.
  transformIgnorePatterns: ["/node_modules/(?!(hyparquet|hyparquet-writer)/)"],
  moduleNameMapper: { "^hyparquet$": "<rootDir>/node_modules/hyparquet/src/node.js" },
  // Real processes and servers on a busy machine: the limit ends a hang, it judges no speed.
  testTimeout: 60_000,
  setupFiles: ["<rootDir>/scripts/jest-setup.js"],
};
