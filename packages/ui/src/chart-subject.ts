/** Whose figures the charts of a profile show: all its requests together, or one task. */
import type { ProfileData, TaskData } from "../../plimsoll/src/report/html-data.ts";
import type { Heat } from "../../plimsoll/src/report/html-heat.ts";
import type { ChartLine } from "./chart.ts";

type Column = ChartLine["values"];

export interface Subject {
  /** A task's name; undefined for all together. */
  readonly name: string | undefined;
  readonly task: TaskData | undefined;
  readonly completed: Column;
  readonly failed: Column;
  readonly p50: Column;
  readonly p95: Column;
  readonly p99: Column;
  readonly heat: Heat;
  /** When requests are counted in the latencies: at their end, or when they were due. */
  readonly counted: "ended" | "due";
}

/** The subject for a chosen task; undefined when the profile does not know it. */
export function subjectOf(profile: ProfileData, taskName: string | undefined): Subject | undefined {
  const { series, heat, tasks } = profile;
  const task = taskName === undefined ? tasks.at(-1) : tasks.find(({ name }) => name === taskName);
  if (taskName !== undefined && task === undefined) return undefined;
  const course = taskName === undefined ? undefined : task?.course;
  const { completed, failed, p50, p95, p99 } = course ?? series;
  return {
    name: taskName,
    task,
    completed,
    failed,
    p50,
    p95,
    p99,
    heat: course?.heat ?? heat,
    counted: course === undefined ? "ended" : "due",
  };
}
