import type { Diagnosis } from '../commands/doctor.ts';
import { coloursFor } from './colours.ts';
import { verified } from './report.ts';

const colours = coloursFor(process.stdout.isTTY === true);
const errorColours = coloursFor(process.stderr.isTTY === true);

/** Prints a diagnosis on one screen. The error goes to stderr. */
export function printDiagnosis(diagnosis: Diagnosis): void {
  const { hangup, node, project, dependency, manager, copies, setup, hook, otherPatches, install, next, error } =
    diagnosis;
  const count = project ? project.folders.length - 1 : 0;
  const packages = count > 0 ? `, a workspace of ${count} ${count === 1 ? 'package' : 'packages'}` : '';
  const written = setup?.toWrite.length ? `not complete: init would write ${setup.toWrite.join(', ')}` : 'complete';
  const rows: [string, readonly string[]][] = [
    ['versions', [`hangup ${hangup}, Node ${node}`]],
    ['project', [project ? `${project.root}${packages}` : 'none']],
    ['manager', [manager ? `${manager.name} ${manager.version}, known from ${manager.from}` : 'not known']],
    ['hangup is in', [dependency ?? 'no dependencies of package.json']],
    ['SDK', copies.map(verified)],
    ['set-up', [setup ? `${setup.delivery}, ${written}` : 'not known']],
    ['load hook', hook],
    ['other patches', otherPatches],
    [install?.command ?? 'install', [install?.effect ?? 'not known']],
    ['run next', next.length === 0 && error ? ['do what the error says'] : next],
  ];
  for (const [name, lines] of rows)
    for (const [at, text] of (lines.length > 0 ? lines : ['none']).entries())
      console.log(`${colours.bold((at === 0 ? name : '').padEnd(15))}${text}`);
  if (error) console.error(`${errorColours.red('error')} ${error.code}: ${error.message}`);
}
