export default {
  testMatch: ["<rootDir>/jest/*.test.mjs"],
  testEnvironment: "node",
  // The sources are ES modules already.
  transform: {},
  moduleNameMapper: { "^peerhood$": "@peerhood/testing/peerhood" },
};
