import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../patching/package-json.ts';
import { brokenLinks, readDocuments } from './documents.ts';

// npm run lint runs this. It checks the links between the documents, and exits 1 on a finding.
const documents = readDocuments();
const findings = documents.flatMap((document) =>
  brokenLinks(document, documents, (path) => existsSync(join(packageRoot(), path))),
);
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
else console.log(`documents: ${documents.length} files, no findings`);
