import type { RunStats } from "../analysis/run-stats.ts";
import { liveModelOf } from "../report/live-model.ts";
import { renderLiveScreen, renderProgressLine, type ScreenOptions } from "../report/terminal-live.ts";
import type { Console } from "./console.ts";
import type { RunWatch } from "./run-watch.ts";

const FRAME_MS = 500;
const LINE_MS = 5_000;
/** Drawing may take this share of our time: after an hour a frame costs more, so frames come more rarely. */
const MAX_DRAW_RATIO = 0.05;
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_DOWN = "\x1b[0J";

/** On a terminal one screen that is redrawn in place; elsewhere a line every 5 s; nothing when quiet. */
export function createProgress(console: Console): RunWatch {
  if (console.isQuiet) return { start: () => {}, stop: () => {} };
  if (!console.isLive) return progressLines(console);
  return createScreen(console, (stats, nowMs, size) => renderLiveScreen(liveModelOf(stats, nowMs), size));
}

/** Draws lines in place, again and again, while a run goes. */
export function createScreen(
  console: Console,
  render: (stats: RunStats, nowMs: number, size: ScreenOptions) => readonly string[],
): RunWatch {
  let timer: NodeJS.Timeout | undefined;
  let drawnLines = 0;
  const erase = () => (drawnLines === 0 ? "" : `\x1b[${drawnLines}A\r${CLEAR_DOWN}`);
  return {
    start: ({ control, stats }) => {
      const draw = () => {
        const startedAtMs = performance.now();
        const size = {
          width: process.stderr.columns ?? console.columns,
          height: (process.stderr.rows ?? console.rows) - 1,
          colour: console.hasColour,
        };
        const lines = render(stats(), control.nowMs(), size);
        console.note(`${erase()}${lines.join("\n")}\n`);
        drawnLines = lines.length;
        timer = setTimeout(draw, Math.max(FRAME_MS, (performance.now() - startedAtMs) / MAX_DRAW_RATIO));
      };
      console.note(HIDE_CURSOR);
      draw();
    },
    stop: () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      console.note(`${erase()}${SHOW_CURSOR}`);
    },
  };
}

function progressLines(console: Console): RunWatch {
  let timer: NodeJS.Timeout | undefined;
  return {
    start: ({ control, stats }) => {
      timer = setInterval(
        () => console.note(`${renderProgressLine(liveModelOf(stats(), control.nowMs()))}\n`),
        LINE_MS,
      );
    },
    stop: () => clearInterval(timer),
  };
}
