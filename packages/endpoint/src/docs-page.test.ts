import { expect, test } from "vitest";
import { docsPage, renderDocs } from "./docs-page.ts";
import { openApiDocument } from "./openapi.ts";

test("the page shows every path of the document", () => {
  for (const path of Object.keys(openApiDocument.paths)) expect(docsPage.html).toContain(`</span> ${path}</code>`);
});

test("the page asks the network for nothing and runs no script", () => {
  expect(docsPage.html).not.toMatch(/<script|<img|<link|@import|url\(|https?:/i);
  expect(docsPage.contentSecurityPolicy).toContain("default-src 'none'");
});

test("text of the document is shown, not interpreted", () => {
  const info = { ...openApiDocument.info, title: `<b>"&` };
  expect(renderDocs({ ...openApiDocument, info }).html).toContain("<h1>&lt;b&gt;&quot;&amp; ");
});
