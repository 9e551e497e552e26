// npm run soak: ten peers come and go for 20 minutes (SOAK_SECONDS), with faults; packages/e2e/src/soak.
process.env["SOAK_SECONDS"] ??= "1200";
process.argv.splice(2, 0, "--long", "packages/e2e/src/soak");
await import("./test.mjs");
