import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { earlyEndTtl, resultTtl } from '../limits.ts';
import type { AgentRecord, AgentResult, AgentState } from '../record.ts';
import { Queue } from './queue.ts';
import type { AgentStore, PutResult } from './store.ts';

/** The file that an end leaves. */
interface Tombstone {
  /** `*`: whoever comes. */
  readonly token: string;
  /** Missing while the end goes on. */
  readonly result?: AgentResult;
}

/**
 * Keeps the records in a folder, one file for each agent. A file is written beside its place, flushed, and renamed: it is complete at
 * every moment, also after SIGKILL and on a full disk. Several processes of one machine may use the folder.
 *
 * A record is not forgotten after a time: {@link AgentRegistry.reconcile} sees whether its process lives.
 *
 * @param folder is made when it is first used. Default of the registry: `.hangup/agents`
 */
export function fileStore(folder: string): AgentStore {
  return new FileStore(resolve(folder));
}

class FileStore implements AgentStore {
  readonly name: string;
  readonly #folder: string;
  readonly #queue = new Queue();

  constructor(folder: string) {
    this.name = `file:${folder}`;
    this.#folder = folder;
  }

  put(record: AgentRecord): Promise<PutResult> {
    return this.#queue.run(record.id, async () => {
      const { id, token } = record;
      if (this.#isEnded(await this.#tombstone(id), token)) return 'ending';
      const file = recordFile(id);
      const known = await this.#record(file);
      if (known !== undefined && known.token !== token) return 'taken';
      const text = JSON.stringify(record);
      if (known === undefined && !(await this.#create(file, text))) {
        if ((await this.#record(file)) !== undefined) return 'taken';
        // No record stands there: a disk that has lost power may have emptied the file.
        await this.#write(file, text);
      }
      if (known !== undefined && JSON.stringify(known) !== text) await this.#write(file, text);
      // Another process may have begun the end meanwhile: it writes its mark before it reads the record.
      const tombstone = await this.#tombstone(id);
      if (this.#isEnded(tombstone, token)) {
        await this.#remove(recordFile(id));
        return 'ending';
      }
      if (tombstone !== undefined) await this.#remove(tombstoneFile(id));
      return 'stored';
    });
  }

  #isEnded(tombstone: Tombstone | undefined, token: string): boolean {
    return tombstone?.token === '*' || tombstone?.token === token;
  }

  ending(id: string, token?: string): Promise<AgentRecord | undefined> {
    return this.#queue.run(id, async () => {
      const known = await this.#record(recordFile(id));
      if (token !== undefined && known !== undefined && known.token !== token) return known;
      await this.#bury(id, { token: token ?? known?.token ?? '*' });
      const record = known ?? (await this.#record(recordFile(id)));
      return record && { ...record, state: 'ending' };
    });
  }

  remove(id: string, token: string, result: AgentResult): Promise<void> {
    return this.#queue.run(id, async () => {
      const known = await this.#record(recordFile(id));
      if (known !== undefined && known.token !== token) return;
      await this.#remove(recordFile(id));
      // On a full disk it is only lost how the agent has ended.
      await this.#bury(id, { token, result }).catch(() => {});
    });
  }

  get(id: string): Promise<AgentRecord | undefined> {
    return this.#queue.run(id, () => this.#get(recordFile(id)));
  }

  async #get(file: string): Promise<AgentRecord | undefined> {
    const record = await this.#record(file);
    if (record === undefined) return undefined;
    const tombstone = await this.#tombstone(record.id);
    return tombstone?.token === record.token ? { ...record, state: 'ending' } : record;
  }

  ended(id: string): Promise<AgentResult | undefined> {
    return this.#queue.run(id, async () => (await this.#tombstone(id))?.result);
  }

  async list(host?: string): Promise<AgentRecord[]> {
    const records: AgentRecord[] = [];
    for (const file of await this.#files()) {
      if (file.endsWith(tombstoneSuffix)) await this.#forget(file, resultTtl);
      // It was left by a process that was killed.
      if (file.endsWith(newSuffix)) await this.#forget(file, earlyEndTtl);
      if (!file.endsWith(recordSuffix)) continue;
      const record = await this.#get(file);
      if (record !== undefined && (host === undefined || record.host === host)) records.push(record);
    }
    return records;
  }

  async lost(host: string): Promise<AgentRecord[]> {
    const lost: AgentRecord[] = [];
    for (const { id } of await this.list(host)) {
      const record = await this.#queue.run(id, async () => {
        const known = await this.#record(recordFile(id));
        if (known?.host !== host) return undefined;
        const marked: AgentRecord = { ...known, state: 'lost' };
        await this.#write(recordFile(id), JSON.stringify(marked));
        return marked;
      });
      if (record !== undefined) lost.push(record);
    }
    return lost;
  }

  /** Lists the files. Anything else in the folder, such as another folder, is not looked at. */
  async #files(): Promise<string[]> {
    const entries = (await orNone(readdir(this.#folder, { withFileTypes: true }))) ?? [];
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  /** Removes a file that is older than `ms` ms. */
  async #forget(file: string, ms: number): Promise<void> {
    const found = await orNone(stat(join(this.#folder, file)));
    if (found !== undefined && Date.now() - found.mtimeMs > ms) await this.#remove(file);
  }

  async #tombstone(id: string): Promise<Tombstone | undefined> {
    const file = tombstoneFile(id);
    const tombstone = (await this.#read(file)) as Tombstone | undefined;
    if (tombstone?.token !== '*') return tombstone;
    const found = await orNone(stat(join(this.#folder, file)));
    return found !== undefined && Date.now() - found.mtimeMs < earlyEndTtl ? tombstone : undefined;
  }

  #bury(id: string, tombstone: Tombstone): Promise<void> {
    return this.#write(tombstoneFile(id), JSON.stringify(tombstone), false);
  }

  /** @returns `undefined` when there is no record in this file, or one that belongs into another file */
  async #record(file: string): Promise<AgentRecord | undefined> {
    const record = await this.#read(file);
    return isRecord(record) && recordFile(record.id) === file ? record : undefined;
  }

  /** @returns `undefined` when there is no such file, or when it is not ours */
  async #read(file: string): Promise<object | undefined> {
    const text = await orNone(readFile(join(this.#folder, file), 'utf8'));
    try {
      const value: unknown = text === undefined ? undefined : JSON.parse(text);
      return typeof value === 'object' && value !== null ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** @returns false when the file exists */
  #create(file: string, text: string): Promise<boolean> {
    return this.#place(text, true, async (made) => {
      try {
        await link(made, join(this.#folder, file));
        return true;
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false;
        throw error;
      } finally {
        await rm(made, { force: true });
      }
    });
  }

  #write(file: string, text: string, isRecord = true): Promise<void> {
    return this.#place(text, isRecord, (made) => rename(made, join(this.#folder, file)));
  }

  /** Writes a file beside its place, and has it put there. No process outlives a loss of power, and no mark of an end is needed after it. */
  async #place<T>(text: string, isRecord: boolean, put: (made: string) => Promise<T>): Promise<T> {
    const made = join(this.#folder, `${process.pid}-${randomUUID()}${newSuffix}`);
    try {
      const handle = await open(made, 'wx').catch(async (error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
        await mkdir(this.#folder, { recursive: true });
        return open(made, 'wx');
      });
      try {
        await handle.writeFile(text);
        if (isRecord) await handle.sync();
      } finally {
        await handle.close();
      }
      return await put(made);
    } catch (error) {
      await rm(made, { force: true });
      throw error;
    }
  }

  #remove(file: string): Promise<void> {
    return rm(join(this.#folder, file), { force: true });
  }
}

const recordSuffix = '.json';
const tombstoneSuffix = '.ended';
const newSuffix = '.new';
/** Letters of ids may differ only in their case, and some file systems see none. */
const nameOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 32);
const recordFile = (id: string) => `${nameOf(id)}${recordSuffix}`;
const tombstoneFile = (id: string) => `${nameOf(id)}${tombstoneSuffix}`;

const texts = ['id', 'host', 'boot', 'namespace', 'startTime', 'token'] as const;
const states: readonly AgentState[] = ['starting', 'ready', 'ending', 'lost'];
function isRecord(value: object | undefined): value is AgentRecord {
  const record = (value ?? {}) as AgentRecord;
  const { pid, state } = record;
  return texts.every((key) => typeof record[key] === 'string') && Number.isInteger(pid) && states.includes(state);
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

async function orNone<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
