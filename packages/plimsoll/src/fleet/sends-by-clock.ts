import type { CompiledTasks } from "../plan/compiled-task.ts";
import type { Profile } from "../spec/spec.ts";

/**
 * Whether a phase sends at planned instants, and so needs to be woken precisely. Where users ask again as soon as they
 * are answered only their first requests are planned, and a millisecond more before those changes nothing.
 */
export function sendsByClock(profile: Profile, { tasks }: Pick<CompiledTasks, "tasks">): boolean {
  if (profile.kind === "open") return true;
  return tasks.some((task) => (task.think ?? profile.think).kind !== "none");
}
