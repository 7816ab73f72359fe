/** `plimsoll doctor`: what this machine can generate, how truly, and what stands in its way. */
import { EXIT } from "../base/exit-codes.ts";
import {
  formatBytes,
  formatCount,
  formatMs,
  formatPerSec,
  formatRatio,
  NO_VALUE,
  significant,
} from "../base/format-number.ts";
import { createStyle, type Style } from "../report/style.ts";
import { joinSections, markedLines } from "../report/terminal-layout.ts";
import { type Column, layoutTable, type Row } from "../report/text-table.ts";
import type { Console } from "./console.ts";
import { doctorFile, keepDoctorFile } from "./doctor/doctor-file.ts";
import { adviseOn, type Ceiling, type Examination, isTargetTheLimit } from "./doctor/examination.ts";
import { examineMachine } from "./doctor/examine.ts";
import type { LagQuantiles } from "./doctor/lag-quantiles.ts";
import { portCount } from "./doctor/machine-limits.ts";

/** Always exit code 0: it judges nothing. @throws TARGET_NOT_READY where nothing may listen on loopback */
export async function doctorCommand(console: Console): Promise<number> {
  const examination = await examineMachine(console.note);
  const json = `${JSON.stringify(renderDoctorJson(examination), null, 2)}\n`;
  if (console.isJson) console.out(json);
  else console.out(renderDoctor(examination, { width: console.columns, colour: console.hasColour }));
  const path = doctorFile(process.env);
  const problem = keepDoctorFile(path, json);
  console.note(
    problem === undefined
      ? `kept in ${path}: \`plimsoll run\` now warns of plans beyond it\n`
      : `not kept for \`plimsoll run\`: ${problem}\n`,
  );
  return EXIT.pass;
}

/** `plimsoll.doctor/1`; a limit that does not exist or is not known is null. */
export function renderDoctorJson(examination: Examination) {
  const { limits } = examination;
  const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);
  return {
    schema: "plimsoll.doctor/1",
    ...examination,
    clockSource: examination.clockSource ?? null,
    ceilings: examination.ceilings.map((ceiling) => ({ ...ceiling, isTargetTheLimit: isTargetTheLimit(ceiling) })),
    limits: {
      openFiles: finite(limits.openFiles),
      ports: limits.ports ?? null,
      cpuQuotaCores: finite(limits.cpuQuotaCores),
    },
    advice: adviseOn(examination),
  };
}

export interface DoctorLook {
  readonly width: number;
  readonly colour: boolean;
}

/** Table of ceilings, table of limits, then advice in plain sentences. */
export function renderDoctor(examination: Examination, { width, colour }: DoctorLook): string {
  const style = createStyle(colour);
  const options = { width, titlePaint: style.dim };
  const advice = adviseOn(examination).flatMap((sentence) => markedLines(style.accent("·"), sentence, width));
  const blocks = [
    [style.bold("What this machine can send, to a target that answers at once")],
    layoutTable(CEILING_COLUMNS, examination.ceilings.map(ceilingRow), options),
    layoutTable([{ title: "" }, { title: "", minWidth: 20 }], machineRows(examination, style), { width }),
    advice,
  ];
  return joinSections(blocks);
}

const CEILING_COLUMNS: readonly Column[] = [
  { title: "threads", align: "right" },
  { title: "requests", align: "right" },
  { title: "CPU a request", align: "right" },
  { title: "a free core", align: "right", dropOrder: 2 },
  { title: "waited for a core", align: "right", dropOrder: 1 },
  { title: "" },
];

function ceilingRow(ceiling: Ceiling): Row {
  const { threads, requestsPerSec, cpuPerRequestUs, perCorePerSec, cpuWaitRatio } = ceiling;
  return [
    formatCount(threads),
    formatPerSec(requestsPerSec),
    cpuPerRequestUs === undefined ? NO_VALUE : `${significant(cpuPerRequestUs)} µs`,
    formatPerSec(perCorePerSec),
    formatRatio(cpuWaitRatio),
    isTargetTheLimit(ceiling) ? "the null target was the limit" : "",
  ];
}

function machineRows(examination: Examination, style: Style): readonly Row[] {
  const { cores, memoryBytes, limits, sendLagMs, wakeLagMs, node, cpu, os } = examination;
  const { openFiles, ports, cpuQuotaCores } = limits;
  const rows: readonly (readonly [string, string])[] = [
    ["send lag", `${lagText(sendLagMs)} at ${formatPerSec(1000)}`],
    ["metronome", `${lagText(wakeLagMs.metronome)} late`],
    ["Node's timer", `${lagText(wakeLagMs.timer)} late`],
    ["clock", clockText(examination)],
    ["open files", limitText(openFiles, formatCount)],
    ["local ports", ports === undefined ? NO_VALUE : `${formatCount(portCount(ports))} (${ports.first}–${ports.last})`],
    ["cores", `${formatCount(cores)}, ${cpu}`],
    ["CPU quota", limitText(cpuQuotaCores, (cores) => `${significant(cores)} cores`)],
    ["memory", formatBytes(memoryBytes)],
    ["system", `${os}, Node ${node}`],
  ];
  return rows.map(([name, value]) => [{ text: name, paint: style.dim }, value]);
}

function lagText({ p50, p99 }: LagQuantiles): string {
  return `p50 ${formatMs(p50)}, p99 ${formatMs(p99)}`;
}

function clockText({ clockSource, clock }: Examination): string {
  const source = clockSource === undefined ? "" : `${clockSource}, `;
  return `${source}in steps of ${nsText(clock.stepNs)}, read in ${nsText(clock.readNs)}`;
}

function nsText(ns: number): string {
  return ns < 1000 ? `${formatCount(ns)} ns` : formatMs(ns / 1e6);
}

function limitText(value: number | undefined, format: (value: number) => string): string {
  if (value === undefined) return NO_VALUE;
  return Number.isFinite(value) ? format(value) : "no limit";
}
