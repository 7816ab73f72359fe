/** Stands beside every profile of users: while the target is slow they ask less, and nobody can tell how much less. */
export const CLOSED_LOOP_NOTE = "Users wait for answers: not corrected for what they would have asked meanwhile.";
