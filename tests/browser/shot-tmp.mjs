import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [addr, out, ...jobs] = process.argv.slice(2); // role:path:name
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
for (const [size, vp] of [["desk", { width: 1280, height: 800 }], ["phone", { width: 360, height: 740 }]]) {
  const byRole = {};
  for (const j of jobs) {
    const [role, path, name] = j.split("|");
    if (!byRole[role]) {
      const ctx = await b.newContext({ viewport: vp, locale: "zh-CN" });
      const page = await ctx.newPage();
      await page.goto(addr + "/sign-in");
      if (role !== "-") { await page.fill("#name", role); await page.fill("#password", role + " password"); await page.click("main button"); await page.waitForLoadState(); }
      byRole[role] = page;
    }
    const page = byRole[role];
    const r = await page.goto(addr + path);
    const session = await page.context().newCDPSession(page);
    const { frameTree } = await session.send("Page.getFrameTree");
    const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "axe" });
    const run = async (expression) => (await session.send("Runtime.evaluate", { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true })).result.value;
    await run(axe);
    const found = await run(`axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) => r.violations.map((v) => v.id + " " + v.nodes.map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).slice(0, 3).join(" | ")))`);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    console.log(name, size, r.status(), wider > 0 ? "WIDER " + wider : "", found.length ? found.join("\n   ") : "");
    await page.screenshot({ path: `${out}/${name}-${size}.png`, fullPage: true });
  }
}
await b.close();
