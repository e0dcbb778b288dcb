import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../patching/package-json.ts';
import { generate, patchFolder } from './generate.ts';

// npm run regen [-- --check]: makes patches/ from the sources. With --check it writes nothing and exits 1 on a difference.
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const root = packageRoot();
const files = await generate(root);

const onDisk = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined);
const changed = [...files].filter(([file, text]) => onDisk(file) !== text);
// A patch whose version has left targets.ts would go on being shipped.
const present = existsSync(join(root, patchFolder)) ? readdirSync(join(root, patchFolder)) : [];
const orphans = present.map((name) => `${patchFolder}/${name}`).filter((file) => !files.has(file));

if (!values.check) {
  mkdirSync(join(root, patchFolder), { recursive: true });
  for (const [file, text] of changed) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  for (const file of orphans) rmSync(join(root, file), { recursive: true });
}
for (const [file] of changed) console.log(`${values.check ? 'out of date' : 'written'}: ${file}`);
for (const file of orphans) console.log(`${values.check ? 'does not belong' : 'removed'}: ${file}`);
const differences = changed.length + orphans.length;
if (differences === 0) console.log(`${files.size} files are up to date`);
else if (values.check) {
  console.error('patches/ is not what the sources make: run "npm run regen" and commit the result');
  process.exitCode = 1;
}
