import { createPageApp } from "../../packages/plimsoll/src/live/page-app.ts";

/** Every route of the page's server as its app has it, such as `GET /api/runs/:id`; nothing is asked of it. */
export function pageRoutes(): readonly string[] {
  const never = () => Promise.reject(new Error("no route is followed here"));
  const app = createPageApp(
    {
      dir: "nowhere",
      ui: { script: "", css: "" },
      judge: () => {
        throw new Error("nothing is judged here");
      },
      isResultFile: () => false,
      listSpecs: never,
      compare: never,
      startRun: never,
    },
    { token: "", setCookie: "" },
    () => {},
  );
  return app.routes;
}
