import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "./root.mjs";

/** @param {readonly (readonly string[])[]} rows the first is the head */
export function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return lines.join("\n");
}

/** @param {readonly string[]} states of all tests that belong to a cell */
export function mark(states) {
  if (states.length === 0) return "–";
  return states.every((state) => state === "passed") ? "✓" : states.includes("failed") ? "✗" : "skipped";
}

/**
 * Writes the document; with `--check` on the command line it only compares. The process fails if it is not current, or if
 * anything in it is wrong.
 * @param {string} document relative to the repository
 * @param {string} made what it has to say
 * @param {readonly string[]} wrong what is no "✓" and should be, one line each
 * @param {string} command that makes it
 */
export function publish(document, made, wrong, command) {
  const path = `${ROOT}/${document}`;
  if (!process.argv.includes("--check")) {
    writeFileSync(path, made);
  } else if (!existsSync(path) || readFileSync(path, "utf8") !== made) {
    wrong = [...wrong, `${document} is not what is so now: ${command}`];
  }
  if (wrong.length > 0) {
    console.error(wrong.join("\n"));
    process.exitCode = 1;
  } else {
    console.log(`${document}: current.`);
  }
}
