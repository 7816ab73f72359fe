/** The page's routes. Who may ask was settled before (`access.ts`); here is what is answered. */
import { realpath } from "node:fs/promises";
import { Readable } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { visibleJson } from "../report/html-text.ts";
import { ListFeed } from "./list-feed.ts";
import { nowOf } from "./live-document.ts";
import type { ComparedRuns, RunDetail, RunList, RunListing } from "./live-event.ts";
import { liveMetrics } from "./metrics-text.ts";
import { emptySchema, removeSchema, sessionSchema, startSchema, steerOrder, steerSchema } from "./orders.ts";
import { errorAnswer, PageError } from "./page-error.ts";
import { PAGE_LIMITS, type PageLimits } from "./page-limits.ts";
import type { PageOptions } from "./page-options.ts";
import { readBody } from "./request-body.ts";
import { orderRun } from "./run-control.ts";
import { RunFeeds } from "./run-feeds.ts";
import { listFiles, openFile, removeRun } from "./run-files.ts";
import { type FoundRun, RunCatalogue } from "./run-list.ts";
import { isSameToken } from "./session-token.ts";
import { COMMON_HEADERS, REPORT_POLICY, SHELL_PAGE, SHELL_POLICY } from "./shell-page.ts";
import { goesOn, StartedRuns } from "./started-runs.ts";
import { cutWhenStuck, Viewers } from "./viewers.ts";

/** A scraper comes each minute at the rarest: it is to find the verdict of a run that has ended. */
const SCRAPED_ONCE_MORE_MS = 60_000;

type Ask = Context<{ Bindings: HttpBindings }>;

/** What the exchange of the token needs. */
export interface SessionKeys {
  /** Of the printed address. */
  readonly token: string;
  /** The whole `Set-Cookie` value that it is exchanged for. */
  readonly setCookie: string;
}

/** Everything that is behind the gate, and what it holds open. */
export interface PageApp {
  readonly fetch: Hono<{ Bindings: HttpBindings }>["fetch"];
  /** What it answers, such as `GET /api/runs/:id`. */
  readonly routes: readonly string[];
  /** Runs that go on in the folder now. */
  readonly running: () => Promise<readonly FoundRun[]>;
  readonly close: () => Promise<void>;
}

/** Builds the routes; `onFault` hears of faults of ours, which the page is not told. */
export function createPageApp(options: PageOptions, keys: SessionKeys, onFault: (error: unknown) => void): PageApp {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const catalogue = new RunCatalogue(options.dir);
  const feeds = new RunFeeds(options.judge);
  const starts = new StartedRuns();
  const readList = (query?: string) => listOf({ catalogue, feeds, starts }, query);
  const list = new ListFeed(readList, { startedAtMs: Date.now(), onFault });
  const limits = { ...PAGE_LIMITS, ...options.limits };
  const viewers = new Viewers(limits, onFault);
  const parts: Parts = { options, catalogue, feeds, starts, list, readList, viewers, limits };
  app.use(async (ask, next) => {
    await next();
    for (const [name, value] of Object.entries(COMMON_HEADERS))
      if (!ask.res.headers.has(name)) ask.res.headers.set(name, value);
  });
  app.onError((error, ask) => {
    const { status, body } = errorAnswer(error);
    if (status === 500) onFault(error);
    return ask.json(body, status, COMMON_HEADERS);
  });
  app.notFound((ask) => ask.json(errorAnswer(new PageError(404, "there is nothing here")).body, 404));
  addShell(app, parts, keys);
  addEvents(app, parts);
  addReads(app, parts);
  addComparison(app, parts);
  addFiles(app, parts);
  addOrders(app, parts);
  addStartNotes(app, parts);
  const close = async () => {
    list.close();
    await feeds.close();
  };
  const routes = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
  return { fetch: app.fetch, routes, running: () => catalogue.running(), close };
}

interface Parts {
  readonly options: PageOptions;
  readonly catalogue: RunCatalogue;
  readonly feeds: RunFeeds;
  readonly starts: StartedRuns;
  readonly list: ListFeed;
  readonly readList: (query?: string) => Promise<RunList>;
  readonly viewers: Viewers;
  readonly limits: PageLimits;
}

type App = Hono<{ Bindings: HttpBindings }>;

function addShell(app: App, { options, catalogue, feeds }: Parts, { token, setCookie }: SessionKeys): void {
  const { script, css } = options.ui;
  app.get("/", (ask) => ask.html(SHELL_PAGE, 200, { "content-security-policy": SHELL_POLICY }));
  app.get("/live.js", (ask) => ask.body(script, 200, { "content-type": "text/javascript; charset=utf-8" }));
  app.get("/live.css", (ask) => ask.body(css, 200, { "content-type": "text/css; charset=utf-8" }));
  app.post("/api/session", async (ask) => {
    const body = await readBody(ask, sessionSchema);
    if (!isSameToken(body.token, token)) throw new PageError(403, "the token is not the one that was printed");
    return ask.body(null, 204, { "set-cookie": setCookie });
  });
  app.get("/metrics", async (ask) => {
    const told = await catalogue.running({ andEndedSinceMs: Date.now() - SCRAPED_ONCE_MORE_MS });
    const models = await Promise.all(
      told.map((found) =>
        feeds.with(found, async (feed) => {
          await feed.document();
          return feed.model;
        }),
      ),
    );
    const runningCount = told.filter(({ listing }) => listing.state === "running").length;
    const text = liveMetrics(
      models.filter((model) => model !== undefined),
      runningCount,
    );
    return ask.body(text, 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}

function addReads(app: App, { options, catalogue, feeds, readList }: Parts): void {
  app.get("/api/runs", async (ask) => {
    const list = await readList(ask.req.query("q")?.slice(0, 200));
    return ask.body(visibleJson(list), 200, { "content-type": "application/json" });
  });
  app.get("/api/specs", async (ask) => ask.json({ specs: await options.listSpecs() }));
  app.get("/api/runs/:id", async (ask) => {
    const found = await findRun(catalogue, ask);
    const document = await feeds.with(found, (feed) => feed.document());
    const files = await listFiles(found.dir, options.isResultFile);
    return ask.json({ run: found.listing, document, files } satisfies Loosely<RunDetail>);
  });
}

/** The document is plain JSON here: what is in it was typed when it was made. */
type Loosely<Detail extends { readonly document: unknown }> = Omit<Detail, "document"> & { readonly document: unknown };

/** One look at the folders, and what the runs that go on measure. */
async function listOf(
  { catalogue, feeds, starts }: Pick<Parts, "catalogue" | "feeds" | "starts">,
  query: string | undefined,
): Promise<RunList> {
  const { found, isCut } = await catalogue.look(query);
  const runs = await Promise.all(found.map((run) => withNow(run, feeds)));
  return { runs, starts: starts.list(), isCut };
}

/** A run that goes on tells what it measures, once its journal is followed. */
async function withNow(found: FoundRun, feeds: RunFeeds): Promise<RunListing> {
  const { listing } = found;
  const model = listing.state === "running" ? await feeds.with(found, async (feed) => feed.model) : undefined;
  const now = model === undefined ? undefined : nowOf(model.stats);
  return now === undefined ? listing : { ...listing, now };
}

function addComparison(app: App, { options, catalogue }: Parts): void {
  app.get("/api/compare", async (ask) => {
    const [base, next] = await Promise.all(
      ["base", "new"].map((side) => catalogue.find(ask.req.query(side)?.slice(0, 100) ?? "")),
    );
    if (base === undefined || next === undefined) throw new PageError(404, "there is no such run");
    for (const { listing } of [base, next])
      if (listing.state === "running")
        throw new PageError(409, `${nameOf(listing)} goes on; compare it when it is over`);
    const placeOf = ({ dir, listing }: FoundRun) => ({ dir, name: nameOf(listing) });
    const comparison = await options.compare(placeOf(base), placeOf(next));
    const body = { base: base.listing, new: next.listing, comparison } satisfies ComparedRuns;
    return ask.body(visibleJson(body), 200, { "content-type": "application/json" });
  });
}

/** What a run is called beside another: its folder, which no other has. */
function nameOf({ folder, name }: RunListing): string {
  return folder === "" ? name : folder;
}

function addFiles(app: App, { options, catalogue, limits }: Parts): void {
  app.get("/api/runs/:id/files/:name", async (ask) => {
    const { id = "", name = "" } = ask.req.param();
    const isReport = name === "report.html" && ask.req.query("download") === undefined;
    const found = await catalogue.find(id);
    const file = found === undefined ? undefined : await openFile(found.dir, name, options.isResultFile);
    // A window of its own, opened after the run was deleted elsewhere: there the page says what is so.
    if (file === undefined && isReport && ask.req.header("sec-fetch-dest") === "document")
      return ask.redirect(`/?run=${encodeURIComponent(id)}`, 303);
    if (file === undefined) throw new PageError(404, "the run has no such file, or there is no such run");
    cutWhenStuck(ask, limits.stuckMs);
    // What grows while it is read is cut at the length that was promised.
    const bytes = file.handle.createReadStream({ end: Math.max(0, file.bytes - 1) });
    if (file.bytes === 0) bytes.destroy();
    return new Response(file.bytes === 0 ? null : Readable.toWeb(bytes), {
      headers: {
        "content-type": file.contentType,
        "content-length": String(file.bytes),
        "content-disposition": isReport ? "inline" : `attachment; filename="${name}"`,
        "content-security-policy": isReport ? REPORT_POLICY : "default-src 'none'; sandbox",
      },
    });
  });
}

/** No run is called `events`: an id is longer. */
function addEvents(app: App, { catalogue, feeds, list, viewers }: Parts): void {
  app.get("/api/runs/events", (ask) => viewers.answer(ask, (send) => send(list)));
  app.get("/api/runs/:id/events", async (ask) => {
    const found = await findRun(catalogue, ask);
    if (found.listing.state === "unreadable") throw new PageError(422, "its journal cannot be read");
    return viewers.answer(ask, (send) => feeds.with(found, send));
  });
}

function addOrders(app: App, { options, catalogue, starts, list }: Parts): void {
  app.post("/api/runs", async (ask) => {
    const order = await readBody(ask, startSchema);
    const start = await starts.begin(async () => {
      if ((await catalogue.running()).length > 0) throw goesOn();
      return options.startRun(order);
    });
    list.refresh();
    return ask.json(start, 202);
  });
  app.post("/api/runs/:id/steer", async (ask) => {
    const order = steerOrder(await readBody(ask, steerSchema));
    await orderRun((await findRun(catalogue, ask)).dir, order);
    return ask.body(null, 204);
  });
  app.post("/api/runs/:id/stop", async (ask) => {
    await readBody(ask, emptySchema);
    await orderRun((await findRun(catalogue, ask)).dir, { do: "stop" });
    return ask.body(null, 204);
  });
  app.delete("/api/runs/:id", async (ask) => {
    const { confirm } = await readBody(ask, removeSchema);
    const { dir, listing } = await findRun(catalogue, ask);
    if (confirm !== listing.id) throw new PageError(422, "confirm: the id of the run is wanted");
    await removeRun(dir, await realpath(options.dir), options.isResultFile);
    list.refresh();
    return ask.body(null, 204);
  });
}

function addStartNotes(app: App, { starts, list }: Parts): void {
  app.delete("/api/starts/:folder", async (ask) => {
    await readBody(ask, emptySchema);
    if (!starts.forget(ask.req.param("folder"))) throw new PageError(404, "there is no such start that is over");
    list.refresh();
    return ask.body(null, 204);
  });
}

async function findRun(catalogue: RunCatalogue, ask: Ask): Promise<FoundRun> {
  const found = await catalogue.find(ask.req.param("id") ?? "");
  if (found === undefined) throw new PageError(404, "there is no such run");
  return found;
}
