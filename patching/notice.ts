// Apache-2.0 section 4(b) asks that a changed file carries a prominent notice of the change.

/** Ends every line that hangup adds to a published file. */
export const notice = '// Changed by hangup: this line was added to the published file.';

/** The lines before and after a published line that another line takes the place of. */
export const replaced = { before: '/* Changed by hangup: the line as it was published.', after: '*/' } as const;

const escaped = (text: string) => text.replace(/[/*.]/g, '\\$&');

const addedLine = new RegExp(`^.*${escaped(notice)}\n`, 'gm');
const replacedLine = new RegExp(`^ *${escaped(replaced.before)}\n(.*\n) *${escaped(replaced.after)}\n`, 'gm');

/**
 * Takes out the lines of any release of hangup, which all carry the notice. Only the published file's hash can tell
 * whether these lines were the whole difference.
 */
export function withoutMarked(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replace(addedLine, '').replace(replacedLine, '$1');
  return Buffer.from(text, 'latin1');
}
