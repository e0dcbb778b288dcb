import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../patching/package-json.ts';
import { checkImports, product } from './import-rules.ts';

// npm run lint runs this. It holds the imports of the sources against import-rules.ts, and exits 1 on a finding.
const root = packageRoot();
const sources = new Map(
  [...product, 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name): [string, string] => {
        const file = join(folder, name);
        return [file.replaceAll('\\', '/'), readFileSync(join(root, file), 'utf8')];
      }),
  ),
);
const findings = checkImports(sources);
for (const { file, line, reason } of findings) console.error(`${file}:${line} ${reason}`);
if (findings.length > 0) process.exitCode = 1;
else console.log(`imports: ${sources.size} files, no findings`);
