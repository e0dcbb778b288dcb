import { type ErrorCode, errorCodes, exitCodes, exits, type Origin } from '../core/error-codes.ts';
import { writeTables } from '../test/support/generated-tables.ts';

// APPLY.md's tables of exit codes and of error codes, from core/error-codes.ts. `npm run docs` writes, `npm run lint` checks.
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const exitRows = Object.entries(exits).map(([name, { meaning, remedy }]) => [
  String(exitCodes[name as keyof typeof exitCodes]),
  sentence(meaning),
  remedy,
]);
writeTables('APPLY.md', 'exit-codes', [[['Code', 'Meaning', 'What to do'], ...exitRows]]);

/** The documents list the errors of `init` with those of the other commands. */
const origins = {
  command: ['command', 'init'],
  register: ['register'],
  assertPatched: ['assertPatched'],
  overlay: ['overlay'],
  app: ['app'],
} as const satisfies Record<Origin, (Origin | 'init')[]>;

for (const [name, from] of Object.entries(origins)) {
  const rows = Object.keys(errorCodes).flatMap((code) =>
    from.flatMap((origin) => {
      const explained = errorCodes[code as ErrorCode].from[origin];
      if (explained === undefined) return [];
      const cell = `\`${code}\`${origin === 'init' ? ' of `init`' : ''}`;
      return [[cell, explained.cause, explained.remedy]];
    }),
  );
  writeTables('APPLY.md', `errors-${name}`, [[['Code', 'Cause', 'What to do'], ...rows]]);
}
