import type { ReportUi } from "../plimsoll/src/report/html.ts";

/** Builds `report.js`, `report.css`, `render.js`, `live.js` and `live.css` into `outDir` (`dist` beside this file); tells the folder. */
export function buildUi(outDir?: string): Promise<string>;
/** The built page as `renderHtml` takes it. */
export function loadUi(outDir: string): Promise<ReportUi>;
