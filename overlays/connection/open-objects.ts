import { type Members, replaceMembers } from '../foreign/members.ts';

/** Objects of the SDK that are open. They keep their seams until they close, when these are taken off their class. */
export class OpenObjects<T extends object> {
  /** By object, the function that takes off the seams that it keeps. */
  readonly #restores = new Map<T, (() => void) | undefined>();
  #kept = 0;

  opened(object: T): void {
    if (!this.#restores.has(object)) this.#restores.set(object, undefined);
  }

  /** Some of them keep their seams. */
  get areKept(): boolean {
    return this.#kept > 0;
  }

  /** The seams are taken off a class. @param isOfClass tells its instances, where there are objects of other classes too */
  keepSeams(className: string, members: Members, isOfClass: (object: T) => boolean = () => true): void {
    for (const [object, restore] of this.#restores) {
      // One that is frozen cannot keep them, and goes on as the bare SDK's.
      if (restore !== undefined || !isOfClass(object) || !Object.isExtensible(object)) continue;
      this.#restores.set(object, replaceMembers(object, className, membersWithout(object, members)));
      this.#kept++;
    }
  }

  /**
   * @param isEnded tells whether it was disconnected. Such an object keeps its seams: its calls must not dial after all
   * @returns whether it has kept seams until now
   */
  closed(object: T, isEnded: () => boolean): boolean {
    const restore = this.#restores.get(object);
    this.#restores.delete(object);
    if (restore === undefined) return false;
    this.#kept--;
    if (!isEnded()) restore();
    return true;
  }
}

/** Leaves out the members that an app has put on the instance: they were in force before, and stay so. */
function membersWithout(object: object, members: Members): Members {
  return Object.fromEntries(
    Reflect.ownKeys(members)
      .filter((key) => !Object.hasOwn(object, key))
      .map((key) => [key, members[key]!]),
  );
}
