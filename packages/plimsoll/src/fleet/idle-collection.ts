import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8 from collecting garbage in new threads for want of work. Its "memory reducer" compacts a heap after some 8 s in which little
 * was allocated, which is how a load thread looks at a low rate: a pause of 5 to 20 ms, told as lag of ours
 * (docs/decisions/0008). Holds for threads that begin later, not for the calling one; collections that memory asks for go on.
 */
export function forbidIdleCollection(): void {
  setFlagsFromString("--no-memory-reducer");
}
