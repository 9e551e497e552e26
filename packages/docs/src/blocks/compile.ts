import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { Block } from "./pages.js";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const GIVEN = ["given.d.ts", "given-modules.d.ts"].map((name) => FOLDER + name);
const CODE: Readonly<Record<string, string>> = { ts: "ts", tsx: "tsx", js: "mjs", html: "mjs" };

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: [
    "lib.es2023.d.ts",
    "lib.dom.d.ts",
    "lib.dom.iterable.d.ts",
    "lib.dom.asynciterable.d.ts",
    "lib.esnext.disposable.d.ts",
  ],
  types: ["node"],
  customConditions: ["@peerhood/source"],
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  allowJs: true,
  checkJs: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
};

/** What only `strict` says: JavaScript of a guide has no way to answer it. */
const ONLY_FOR_TYPESCRIPT = new Set([2531, 2532, 2533, 7005, 7006, 7019, 7031, 7034, 18046, 18047, 18048, 18049]);

export const isCode = ({ language }: Block): boolean => language in CODE;

/** What the compiler says of the blocks, all of them in one program; each is a module beside those of the same page. */
export function compileBlocks(blocks: readonly Block[]): string[] {
  const sources = new Map(blocks.map((block) => [pathOf(block), { block, text: moduleOf(block) }]));
  const folders = new Set([...sources.keys()].map((path) => path.slice(0, path.lastIndexOf("/"))));
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, directoryExists } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.directoryExists = (path) => folders.has(path) || (directoryExists?.(path) ?? false);
  host.readFile = (path) => sources.get(path)?.text ?? readFile(path);
  const program = ts.createProgram([...GIVEN, ...sources.keys()], OPTIONS, host);
  return [...sources].flatMap(([path, { block }]) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      .filter(({ code }) => !path.endsWith("mjs") || !ONLY_FOR_TYPESCRIPT.has(code))
      .map(({ start = 0, messageText }) => {
        const line = block.line + (file?.getLineAndCharacterOfPosition(start).line ?? 0);
        return `${block.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
      });
  });
}

function pathOf({ page, line, language, file }: Block): string {
  const folder = page.replaceAll(/[^a-z]+/gi, "-");
  return `${FOLDER}${folder}/${file?.endsWith(CODE[language] ?? "") ? file : `line-${line}.${CODE[language]}`}`;
}

/** The code as a module; of a page its script, on the lines where it stands. */
function moduleOf({ language, code }: Block): string {
  if (language !== "html") return `${code}export {};\n`;
  let inside = false;
  const lines = code.split("\n").map((line) => {
    if (line.includes("<script")) return void (inside = true);
    if (line.includes("</script")) inside = false;
    return inside ? line : undefined;
  });
  return `${lines.map((line) => line ?? "").join("\n")}export {};\n`;
}
