type ClassMembers = ReadonlyMap<PropertyKey, PropertyDescriptor>;

/** The members of an object's classes, to see whether they are as they were. */
export function membersOfClasses(object: object): readonly ClassMembers[] {
  const members: ClassMembers[] = [];
  for (let at: object = Object.getPrototypeOf(object); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    // In an object, a member of the name Symbol.toStringTag would make it unequal to every other one.
    members.push(new Map(Reflect.ownKeys(at).map((key) => [key, Object.getOwnPropertyDescriptor(at, key)!])));
  }
  return members;
}
