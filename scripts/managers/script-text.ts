/** The command that hangup has put into a script, at its end or between others. */
const ownCommand = /(^|\s*&&\s*)(hangup (?:apply|verify))(?=\s*(?:&&|$))/;

/** The forms in which hangup appends a command. The text before it is taken back as it was. */
const appended = [/^\( (.*) \) && hangup (?:apply|verify)$/s, /^(.*) && hangup (?:apply|verify)$/s];

export const ownCommandIn = (script: string): string | undefined => ownCommand.exec(script)?.[2];

export const hasOwnCommand = (script: string): boolean => ownCommand.test(script);

/**
 * Puts a command of hangup into a script of package.json, in the place of another one or as the last to run. The install has
 * to fail when the command fails, hence it never goes in front: the rest of a script could hide that.
 *
 * @throws {SyntaxError} where nothing can be appended. The message is the reason
 */
export function withCommand(script: string, command: string): string {
  const old = textBefore(script);
  if (old === undefined && hasOwnCommand(script))
    return script.replace(ownCommand, (_, before: string) => before + command);
  return append(old ?? script, command);
}

function append(script: string, command: string): string {
  if (script.trim() === '') return command;
  const bare = withoutQuoted(script);
  refuseOpenEnd(bare);
  // A script that begins with the wrapper has to keep it when the command is taken out.
  const isPlain = isChain(bare) && !script.startsWith('( ');
  return isPlain ? `${script} && ${command}` : `( ${script} ) && ${command}`;
}

/** The text before a command that hangup has appended. */
const textBefore = (script: string): string | undefined =>
  appended.map((form) => form.exec(script)?.[1]).find((text) => text !== undefined);

/** The script without the command of hangup. */
export function withoutCommand(script: string): string {
  return textBefore(script) ?? script.replace(ownCommand, '').replace(/^\s*&&\s*/, '');
}

/** Replaces every quoted text by a letter. @throws {SyntaxError} */
function withoutQuoted(script: string): string {
  const bare = script.replaceAll(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, 'q');
  if (/['"\\]/.test(bare)) throw new SyntaxError('it ends in the middle of a quoted text');
  return bare;
}

/** @throws {SyntaxError} */
function refuseOpenEnd(bare: string): void {
  if (/(^|[\s;&|(])#/.test(bare)) throw new SyntaxError('it ends in a comment');
  if (/<</.test(bare)) throw new SyntaxError('it has a text of its own (<<)');
  if (/(&&|\|)\s*$/.test(bare)) throw new SyntaxError('it ends in the middle of a command');
  const count = (bracket: string) => bare.split(bracket).length;
  if (count('(') !== count(')')) throw new SyntaxError('its brackets are not closed');
}

/**
 * True for commands that run one after the other, each when the last one has succeeded, in the folder of the project. Windows
 * reads "a || b && c" as "a || (b && c)", and would leave the last one out.
 */
const isChain = (bare: string): boolean =>
  !/[;|\n]|(?<![&>])&(?![&>])|(^|[\s(])(exit|exec|return|cd|pushd|set)(\s|$)/.test(bare);
