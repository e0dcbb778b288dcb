/** The members of an object's classes, to see whether they are as they were. */
export function membersOfClasses(object: object): readonly PropertyDescriptorMap[] {
  const members: PropertyDescriptorMap[] = [];
  for (let at = Object.getPrototypeOf(object); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    members.push(Object.getOwnPropertyDescriptors(at));
  }
  return members;
}
