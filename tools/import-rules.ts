import { posix } from 'node:path';

/** A project's sources: texts by their paths from the root, with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

export interface Finding {
  file: string;
  line: number;
  reason: string;
}

/** An import, of a type alone too. */
export interface Import {
  from: string;
  /** A path from the root; of a package or a module of Node, a path below node_modules/. */
  to: string;
  line: number;
}

interface Rule {
  /** Files that the rule is about. */
  from: (file: string) => boolean;
  /** Files that they must not import. */
  never: (file: string, from: string, sources: Sources) => boolean;
  reason: string;
}

/** The rooms that are published. */
export const product = [
  'core',
  'lifecycle',
  'overlays',
  'patching',
  'pipecat',
  'receive',
  'register',
  'scripts',
  'testing',
];

/** Makes a test for files in one of these folders. */
const inside =
  (...folders: readonly string[]) =>
  (file: string) =>
    folders.some((folder) => file.startsWith(`${folder}/`));

/** Makes a test for files of the project in none of these folders. */
const outside = (...folders: readonly string[]) => {
  const isInside = inside('node_modules', ...folders);
  return (file: string) => !isInside(file);
};

/** Makes a test for packages, except some. Modules of Node are none. */
const isPackageBut = (...names: readonly string[]) => {
  const isKnown = inside(...names.map((name) => `node_modules/${name}`));
  return (file: string) =>
    inside('node_modules')(file) && !isKnown(`${file}/`) && !file.startsWith('node_modules/node:');
};

/** The folder of one SDK that a file lies in. Only such a folder of overlays/ has an index: users import it. */
function sdkFolder(file: string, sources: Sources): string | undefined {
  const [top, folder, ...rest] = file.split('/');
  const path = `${top}/${folder}`;
  return top === 'overlays' && rest.length > 0 && sources.has(`${path}/index.ts`) ? path : undefined;
}

const sdkList = 'overlays/sdks.ts';

/** One rule for each arrow that must not exist. Of several that an import breaks, the first is told. */
export const rules: readonly Rule[] = [
  {
    from: inside(...product),
    never: outside(...product),
    reason: 'the product imports nothing that is not published: no tool, no test',
  },
  {
    from: inside('core'),
    never: (file) => !inside('core')(file),
    reason: 'core/ knows neither Node nor an SDK: it imports nothing from outside',
  },
  {
    from: inside('lifecycle'),
    never: outside('core', 'lifecycle'),
    reason: 'lifecycle/ ends anything of any app: it knows no SDK',
  },
  {
    from: inside('overlays'),
    never: outside('core', 'overlays'),
    reason: 'overlays/ run inside apps: they know nothing of patches, of the load hook or of commands',
  },
  {
    from: (file) => inside('overlays')(file) && file !== sdkList,
    never: (file, from, sources) => {
      const sdk = sdkFolder(file, sources);
      return sdk !== undefined && sdk !== sdkFolder(from, sources);
    },
    reason: 'an SDK builds on what overlays share: neither they nor another SDK know it',
  },
  {
    from: inside('receive'),
    never: (file) => !inside('core', 'receive')(file),
    reason: 'receive/ works with any source: it knows no SDK, and no Node either',
  },
  {
    from: inside('pipecat'),
    never: (file, _, sources) =>
      outside('core', 'overlays', 'pipecat', 'receive')(file) ||
      isPackageBut('alawmulaw', 'pbf')(file) ||
      sdkFolder(file, sources) !== undefined,
    reason:
      'pipecat/ is a client of its own: it builds on what overlays share and on the receive queue, and knows no SDK',
  },
  {
    from: inside('patching'),
    never: outside('core', 'patching'),
    reason: 'patching/ says what a patch is: bytes in, bytes out, for any SDK and any command',
  },
  {
    from: inside('register'),
    never: outside('core', 'patching', 'register'),
    reason: 'the load hook starts with every app: it loads the patches and nothing else',
  },
  {
    from: inside('testing'),
    never: (file) => outside('overlays/foreign', 'testing')(file) || isPackageBut('ws')(file),
    reason: 'testing/ runs in the tests of apps, under any test runner: of packages it needs ws alone',
  },
  {
    from: inside('scripts'),
    never: inside('testing'),
    reason: 'the commands run where no test does',
  },
  {
    from: inside('scripts', 'tools'),
    never: (file, _, sources) => sdkFolder(file, sources) !== undefined,
    reason: `the folder of an SDK is reached through ${sdkList} alone, so that a new SDK is one line there`,
  },
];

// Statements begin their line, because the formatter sees to that; import() may stand anywhere.
const statement = /^(?:import|export)\b(?:[^;'"]*\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

/** Lists the imports of one file. */
export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(statement)].map((match) => {
    const specifier = (match[1] ?? match[2])!;
    const to = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : `node_modules/${specifier}`;
    return { from: file, to, line: text.slice(0, match.index).split('\n').length };
  });
}

/** Holds every import against the rules, and finds the circles of the product. */
export function checkImports(sources: Sources): Finding[] {
  const imports = [...sources].flatMap(([file, text]) => importsOf(file, text));
  const forbidden = imports.flatMap(({ from, to, line }): Finding[] => {
    const broken = rules.find((rule) => rule.from(from) && rule.never(to, from, sources));
    return broken === undefined ? [] : [{ file: from, line, reason: `imports ${to}: ${broken.reason}` }];
  });
  return [...forbidden, ...circles(imports.filter(({ from }) => inside(...product)(from)))];
}

/** Finds the circles, each once: at the import by which a walk comes back to a file that it is still in. */
function circles(imports: readonly Import[]): Finding[] {
  const findings: Finding[] = [];
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): void => {
    for (const { to, line } of imports.filter(({ from }) => from === file)) {
      const at = way.indexOf(to);
      if (at >= 0) findings.push({ file, line, reason: `is in a circle: ${[...way.slice(at), to].join(' -> ')}` });
      else if (!done.has(to)) walk(to, [...way, to]);
    }
    done.add(file);
  };
  for (const { from } of imports) if (!done.has(from)) walk(from, [from]);
  return findings;
}
