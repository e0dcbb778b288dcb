import { OpenObjects } from '../../../connection/open-objects.ts';

/** Sessions whose transport has a socket that has not closed. The transport knows its session, and not the class of that. */
export const openSessions = new OpenObjects<object>();
