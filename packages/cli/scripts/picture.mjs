// Draws session.svg, the picture of the README: two real terminals (tmux) in which files go from one to the other.
//     npm run build, then in packages/cli: npm run picture
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const [COLUMNS, ROWS] = [92, 11];
const [CELL_WIDTH, CELL_HEIGHT, MARGIN] = [8.4, 20, 20];
const FILE_BYTES = 400_000_000;

const folder = mkdtempSync(join(tmpdir(), "peerhood-picture-"));
const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
mkdirSync(join(folder, "bin"));
writeFileSync(join(folder, "bin/peerhood"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
chmodSync(join(folder, "bin/peerhood"), 0o755);
for (const name of ["alice/notes", "bob"]) mkdirSync(join(folder, name), { recursive: true });
writeFileSync(join(folder, "alice/mountain.tiff"), randomBytes(FILE_BYTES));
writeFileSync(join(folder, "alice/notes/monday.txt"), "up early\n");

/** @param {string[]} args */
const tmux = (...args) => execFileSync("tmux", ["-L", "peerhood-picture", ...args], { encoding: "utf8" });
const PATH = `${join(folder, "bin")}:${process.env["PATH"]}`;

/** A shell of that name in a terminal. @param {string} name @param {string} server */
function open(name, server) {
  const env = ["env", "-u", "NO_COLOR", `PATH=${PATH}`, `PS1=${name}$ `, `PEERHOOD_SERVER=${server}`];
  const size = ["-x", `${COLUMNS}`, "-y", `${ROWS}`];
  tmux("-f", "/dev/null", "new-session", "-d", "-s", name, ...size, "-c", join(folder, name), ...env, "bash", "--norc");
}

/** @param {string} name @param {string} line */
const type = (name, line) => tmux("send-keys", "-t", name, line, "Enter");

/** What a terminal shows, once it shows that. @param {string} name @param {RegExp} wanted */
async function shows(name, wanted) {
  for (;;) {
    // Lines that were too long for the real path are joined.
    const text = tmux("capture-pane", "-e", "-p", "-J", "-t", name).replaceAll(folder, "/home");
    if (wanted.test(text)) return text.trimEnd().split("\n");
    await sleep(100);
  }
}

/** @param {string} text */
const escapeXml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Lines with bold parts. @param {string[]} lines @param {number} top */
function draw(lines, top) {
  return lines.map((line, row) => {
    let isBold = false;
    let column = 0;
    const spans = [];
    for (const [index, piece] of line.trimEnd().split("\u001B[").entries()) {
      // All but the first begin with an attribute: `1m` is bold.
      const end = index === 0 ? 0 : piece.indexOf("m") + 1;
      if (index > 0) isBold = piece.slice(0, end) === "1m";
      const part = piece.slice(end);
      if (part === "") continue;
      const place = `x="${(MARGIN + column * CELL_WIDTH).toFixed(1)}" y="${top + row * CELL_HEIGHT}"`;
      const width = `textLength="${(part.length * CELL_WIDTH).toFixed(1)}"`;
      spans.push(`<text ${place} ${width}${isBold ? ' class="b"' : ""} xml:space="preserve">${escapeXml(part)}</text>`);
      column += part.length;
    }
    return spans.join("");
  });
}

try {
  open("server", "");
  type("server", "peerhood serve --port 0");
  const [server = ""] = /ws:\/\/[\d.:]+/.exec((await shows("server", /Ctrl-C ends it/)).join("\n")) ?? [];
  open("alice", server);
  await shows("alice", /\$/);
  type("alice", "peerhood send mountain.tiff notes");
  const [, code = ""] =
    /peerhood receive (\d+-[a-z]+-[a-z]+)/.exec((await shows("alice", /PEERHOOD_SERVER/)).join("\n")) ?? [];
  open("bob", server);
  await shows("bob", /\$/);
  type("bob", `peerhood receive ${code}`);
  const sending = await shows("alice", /[3-6]\d%.*left/);
  const received = await shows("bob", /SHA-256 checked/);
  const middle = MARGIN + 14 + sending.length * CELL_HEIGHT;
  const lines = [...draw(sending, MARGIN + 14), ...draw(received, middle + 24)];
  const height = middle + 24 + received.length * CELL_HEIGHT;
  const width = Math.ceil(2 * MARGIN + COLUMNS * CELL_WIDTH);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Two terminals">
<style>text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d8e4de } .b { font-weight: 700; fill: #fff }</style>
<rect width="${width}" height="${height}" rx="8" fill="#14211c"/>
<path d="M0 ${middle}H${width}" stroke="#33473f"/>
${lines.filter((line) => line !== "").join("\n")}
</svg>
`;
  writeFileSync(fileURLToPath(new URL("../session.svg", import.meta.url)), svg);
} finally {
  tmux("kill-server");
  rmSync(folder, { recursive: true, force: true });
}
