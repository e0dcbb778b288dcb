import { type ErrorCode, errorCodes, exitCodes, exits } from '../core/error-codes.ts';
import { writeTables } from '../test/support/generated-tables.ts';
import { catalogue, type Origin } from './error-catalogue.ts';

// Makes APPLY.md's tables of exit codes and of error codes. `npm run docs` writes them, `npm run lint` checks them.
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const exitRows = Object.entries(exits).map(([name, { meaning, remedy }]) => [
  String(exitCodes[name as keyof typeof exitCodes]),
  capital(meaning),
  remedy,
]);
writeTables('APPLY.md', 'exit-codes', [[['Code', 'Meaning', 'What to do'], ...exitRows]]);

/** The tables, and the origins of the errors in each. */
const tables: Record<string, Origin[]> = {
  'errors-command': ['command', 'init'],
  'errors-register': ['register'],
  'errors-assertPatched': ['assertPatched'],
  'errors-overlay': ['overlay'],
  'errors-app': ['app'],
};

for (const [name, origins] of Object.entries(tables)) {
  const endsCommand = origins.includes('command');
  const rows = Object.entries(catalogue).flatMap(([code, explanations]) =>
    origins.flatMap((origin) => {
      const explained = explanations[origin];
      const cell = `\`${code}\`${origin === 'init' ? ' of `init`' : ''}`;
      const exit = endsCommand ? [String(errorCodes[code as ErrorCode])] : [];
      return explained ? [[cell, ...exit, explained.cause, explained.remedy]] : [];
    }),
  );
  writeTables('APPLY.md', name, [[['Code', ...(endsCommand ? ['Exit code'] : []), 'Cause', 'What to do'], ...rows]]);
}
