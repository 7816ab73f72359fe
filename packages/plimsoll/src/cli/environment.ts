import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import type { Environment } from "../records/record.ts";
import { VERSION } from "./version.ts";

/** The machine a run happened on, as its report tells it. */
export function describeEnvironment(env: NodeJS.ProcessEnv): Environment {
  const ci = env["GITHUB_ACTIONS"] ? "GitHub Actions" : env["GITLAB_CI"] ? "GitLab CI" : env["CI"] ? "CI" : undefined;
  return {
    os: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    plimsoll: VERSION,
    ...(ci === undefined ? {} : { ci }),
  };
}
