/**
 * A summary built one event at a time.
 *
 * The fold owns its state: `step` may update it in place and return it.
 * Law: folding two halves and merging gives the same result as folding the whole.
 */
export interface Fold<Event, State, Result> {
  init(): State;
  step(state: State, event: Event): State;
  merge(left: State, right: State): State;
  done(state: State): Result;
}
