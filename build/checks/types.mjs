/**
 * Compiles every layer by itself, each with only the types that its runtime has (its own tsconfig.json). One process
 * for all of them: what they share, the types of Node and of packages, is read once. A layer's program holds the
 * sources of those below it too; they are checked with their own layer only. What a change does not touch is not
 * checked again: the compiler's notes on it are kept in the cache folder of node_modules.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const NOTES_FOLDER = join('node_modules', '.cache', 'types');

const layers = readdirSync('src-main', { recursive: true })
  .filter((path) => path.endsWith('tsconfig.json'))
  .map((path) => `src-main/${path.replaceAll('\\', '/')}`)
  .sort();

const sources = new Map();

function diagnose(config) {
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(config),
  );
  const tsBuildInfoFile = join(process.cwd(), NOTES_FOLDER, `${config.replaceAll('/', '-')}.tsbuildinfo`);
  const noted = { ...options, incremental: true, tsBuildInfoFile };
  const host = ts.createIncrementalCompilerHost(noted);
  const read = host.getSourceFile;
  host.getSourceFile = (name, version, ...rest) => {
    // What a file's syntax means depends on the module format that its package declares.
    const key = `${name}\0${version.impliedNodeFormat}`;
    if (!sources.has(key)) sources.set(key, read(name, version, ...rest));
    return sources.get(key);
  };
  const program = ts.createIncrementalProgram({
    rootNames: fileNames,
    options: noted,
    host,
    createProgram: ts.createSemanticDiagnosticsBuilderProgram,
  });
  const own = new Set(fileNames.map((name) => program.getSourceFile(name)));
  while (program.getSemanticDiagnosticsOfNextAffectedFile(undefined, (file) => !own.has(file)));
  const found = [
    ...errors,
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...[...own].flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ];
  // With `noEmit` this writes the notes and nothing else.
  program.emit();
  return found;
}

/** Said once, also where several programs hold them. */
const messages = new Set();
for (const config of [...layers, 'tests/tsconfig.json']) {
  const format = {
    getCurrentDirectory: () => process.cwd(),
    getCanonicalFileName: String,
    getNewLine: () => '\n',
  };
  for (const diagnostic of diagnose(config)) messages.add(ts.formatDiagnostic(diagnostic, format).trim());
}
for (const message of messages) console.error(message);
process.exitCode = messages.size > 0 ? 1 : 0;
