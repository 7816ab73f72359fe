/** The numbers of one user's requests in its phase: `first`, then every `step`-th. */
export interface RequestNumbers {
  readonly first: number;
  readonly step: number;
}

/** Beyond all that the planned users of a phase can send: at 100,000 a second it is reached after four months. */
const ADDED_FROM = 2 ** 40;
/** More than users there can be, and odd, so that a sample by number takes no user's requests more than another's. */
const ADDED_STEP = 1_000_003;

/**
 * Users that the plan began with share the numbers from 0; users that somebody added take others. So the numbers of a
 * user are its own from the start, whether and whenever the load is changed, and no two requests bear the same.
 */
export function requestNumbers(user: number, plannedUsers: number): RequestNumbers {
  if (user < plannedUsers) return { first: user, step: plannedUsers };
  return { first: ADDED_FROM + user - plannedUsers, step: ADDED_STEP };
}
