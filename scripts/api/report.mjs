import ts from "typescript";

/**
 * A package's public types, as text: what its entries export, without comments and private members, by name; then what
 * those mention and nobody can import.
 * @typedef {{ specifier: string, file: string }} Entry `file`: absolute, of the declarations
 * @typedef {{ name: string, folder: string, entries: readonly Entry[] }} Package `folder`: absolute, with a slash at its end
 */

const WIDTH = 110;
const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** @param {readonly Package[]} packages @returns {Map<string, string>} the report by name of the package */
export function apiReports(packages) {
  const program = ts.createProgram(
    packages.flatMap(({ entries }) => entries.map(({ file }) => file)),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.esnext.disposable.d.ts"],
      types: ["node"],
      skipLibCheck: true,
      noEmit: true,
    },
  );
  const checker = program.getTypeChecker();
  return new Map(packages.map((each) => [each.name, reportOf(each, program, checker)]));
}

/** @param {Package} which @param {ts.Program} program @param {ts.TypeChecker} checker */
function reportOf({ name, folder, entries }, program, checker) {
  const resolve = (/** @type {ts.Symbol} */ symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const ownDeclarations = (/** @type {ts.Symbol} */ symbol) =>
    (symbol.declarations ?? []).filter((each) => isTopLevel(each) && each.getSourceFile().fileName.startsWith(folder));
  /** @type {Set<ts.Symbol>} */
  const shown = new Set();
  /** @type {Set<ts.Symbol>} */
  const mentioned = new Set();

  /** @param {string} as @param {ts.Symbol} symbol */
  const show = (as, symbol) => {
    shown.add(symbol);
    return ownDeclarations(symbol).map((declaration) => {
      for (const each of mentionsOf(declaration)) {
        const target = checker.getSymbolAtLocation(each);
        if (target) mentioned.add(resolve(target));
      }
      const text = print(declaration);
      return symbol.name === as ? text : `// exported as ${as}\n${text}`;
    });
  };

  const sections = entries.map(({ specifier, file }) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    const exported = (module ? checker.getExportsOfModule(module) : []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    /** @type {Map<string, string[]>} */
    const foreign = new Map();
    const own = exported.flatMap((symbol) => {
      const target = resolve(symbol);
      if (ownDeclarations(target).length > 0) return show(symbol.name, target);
      const from = packageOf(target);
      foreign.set(from, [...(foreign.get(from) ?? []), symbol.name]);
      return [];
    });
    const handedOn = [...foreign].map(([from, names]) => wrap(`export { ${names.join(", ")} } from "${from}";`));
    return section(`\`${specifier}\``, [...handedOn, ...own]);
  });

  const hidden = new Map();
  for (const symbol of mentioned) {
    // The set grows while it is gone through: what is hidden mentions others.
    if (shown.has(symbol) || ownDeclarations(symbol).length === 0) continue;
    hidden.set(symbol.name, [...(hidden.get(symbol.name) ?? []), ...show(symbol.name, symbol)]);
  }
  const rest = [...hidden].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, texts]) => texts);
  if (rest.length > 0) sections.push(section("Mentioned above, and not exported", rest));
  return `# Public types of ${name}

Made by \`npm run api\` out of the build; CI fails when the build says anything else. A change here is one for users.

${sections.join("\n\n")}
`;
}

/** @param {string} title @param {readonly string[]} texts */
const section = (title, texts) =>
  `## ${title}\n\n${texts.length === 0 ? "Exports nothing." : `\`\`\`ts\n${texts.join("\n\n")}\n\`\`\``}`;

/** @param {ts.Node} declaration */
const statementOf = (declaration) => (ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration);

/** @param {ts.Node} declaration */
const isTopLevel = (declaration) => ts.isSourceFile(statementOf(declaration).parent ?? declaration);

/** @param {ts.Node} node @returns {ts.Identifier[]} names of other things in it */
function mentionsOf(node) {
  /** @type {ts.Identifier[]} */
  const found = [];
  const visit = (/** @type {ts.Node} */ each) => {
    if (isPrivate(each)) return;
    if (ts.isIdentifier(each)) found.push(each);
    ts.forEachChild(each, visit);
  };
  visit(statementOf(node));
  return found;
}

/** @param {ts.Node} node */
function isPrivate(node) {
  if (!ts.isClassElement(node)) return false;
  if (node.name && ts.isPrivateIdentifier(node.name)) return true;
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
}

/** @param {ts.Node} declaration */
function print(declaration) {
  const withoutPrivate = (/** @type {ts.TransformationContext} */ context) => (/** @type {ts.Node} */ root) => {
    const visit = (/** @type {ts.Node} */ node) =>
      isPrivate(node) ? undefined : ts.visitEachChild(node, visit, context);
    return ts.visitEachChild(root, visit, context);
  };
  const { transformed } = ts.transform(statementOf(declaration), [withoutPrivate]);
  const [node = declaration] = transformed;
  return printer
    .printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile())
    .replace(/^(export )?(declare )?/, "export ");
}

/** @param {ts.Symbol} symbol */
function packageOf(symbol) {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? "";
  const workspace = /\/packages\/([^/]+)\/dist\//.exec(file)?.[1];
  if (workspace) return workspace === "peerhood" ? workspace : `@peerhood/${workspace}`;
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file;
}

/** @param {string} line */
function wrap(line) {
  if (line.length <= WIDTH) return line;
  const [, names = "", from = ""] = /^export \{ (.*) \} (.*)$/.exec(line) ?? [];
  const lines = names.split(", ").reduce((all, name) => {
    const last = all.at(-1) ?? "";
    if (all.length > 0 && last.length + name.length + 4 <= WIDTH) all[all.length - 1] = `${last} ${name},`;
    else all.push(`${name},`);
    return all;
  }, /** @type {string[]} */ ([]));
  return `export {\n${lines.map((each) => `  ${each}`).join("\n")}\n} ${from}`;
}
