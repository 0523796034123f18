/* Walks through the hall as each role, in a window of a desk, of a phone and of a small phone, light and dark, with large
 * text, without script. On every page: axe-core finds nothing, nothing is wider than its window, nothing is asked of
 * another host, the console is silent.
 *
 *   node walk.mjs ADDRESS SHOTS ID      SHOTS: a folder for pictures, "-" none; ID: an identity number to look up
 *
 * ALL=1: every page in every window, which takes minutes; ONLY=counter,own: these walks alone. Prints a line for each page; exits 1 when any was not in order. */
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [address, shots, id] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DESK = { width: 1280, height: 800 }, PHONE = { width: 390, height: 844 }, SMALL = { width: 320, height: 640 };
const KIOSK = { width: 1080, height: 1800 }; /* the screen of a kiosk stands upright */
const LARGE = { ...PHONE }; /* a phone whose owner asked for large letters */
let wrong = 0;
const say = (text) => console.log(text);
const complain = (where, what) => { wrong++; say(`# ${where}: ${what}`); };

if (shots !== "-") mkdirSync(shots, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });

/* Our policy forbids scripts from elsewhere, and axe is one: it is run in a world of its own. */
async function check(page, name, { dark = false, planted = null } = {}) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "axe" });
  const run = async (expression) => {
    const r = await session.send("Runtime.evaluate", { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
    if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description ?? "axe failed");
    return r.result.value;
  };
  await run(axe);
  const found = await run(`axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
    .then((r) => r.violations.map((v) => v.id + " " + v.nodes.map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).slice(0, 3).join(" | ")))`);
  for (const f of found) if (planted) planted.push(f); else complain(name, f);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wider > 0) complain(name, `is ${wider} px wider than its window`);
  const lines = await page.evaluate(() => innerWidth >= 1280 && !document.documentElement.dataset.size && document.querySelector(".top")?.offsetHeight > 90);
  if (lines) complain(name, "has a head of more than one line");
  await session.detach();
  if (shots !== "-") await page.screenshot({ path: `${shots}/${name}${dark ? "-dark" : ""}.png`, fullPage: true });
  say(`ok ${name}${dark ? " dark" : ""}`);
}

async function visit(options, work) {
  const context = await browser.newContext({ viewport: DESK, locale: "zh-CN", ...options });
  const page = await context.newPage();
  page.on("console", (m) => { if ((m.type() === "error" || m.type() === "warning") && !/status of (400|403|404|422)/.test(m.text())) complain(page.url(), `console: ${m.text()}`); });
  page.on("pageerror", (e) => complain(page.url(), `script: ${e}`));
  page.on("request", (r) => { if (!r.url().startsWith(address)) complain(page.url(), `asks another host: ${r.url()}`); });
  page.setDefaultTimeout(15000);
  try {
    if (options.viewport === LARGE) await page.goto(`${address}/text-size?to=large&back=%2F`);
    await work(page);
  } catch (e) {
    complain(page.url(), e.message.split("\n")[0]);
  }
  await context.close();
}

async function press(page, what) {
  await page.locator(what).first().click();
  await page.waitForLoadState();
}

async function signIn(page, name) {
  await page.goto(`${address}/sign-in`);
  await page.fill("#name", name);
  await page.fill("#password", `${name} password`);
  await page.click("main button");
  await page.waitForLoadState();
}

const suffix = { desk: DESK, phone: PHONE, small: SMALL, large: LARGE, kiosk: KIOSK };
async function visitor(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    let bytes = 0;
    page.on("response", async (r) => { bytes += (await r.body().catch(() => Buffer.alloc(0))).length; });
    await page.goto(`${address}/`);
    await page.waitForLoadState("networkidle");
    if (bytes > 100000) complain("start", `first page has ${bytes} bytes`);
    await check(page, `start-${size}`, { dark });
    await page.fill("#q", "shiyebaoxian");
    await page.press("#q", "Enter");
    await page.waitForLoadState();
    await check(page, `search-${size}`, { dark });
    await page.click("main .links a");
    await page.waitForLoadState();
    await check(page, `policy-${size}`, { dark });
    await page.click("main .btn");
    await page.waitForLoadState();
    await check(page, `question-${size}`, { dark });
    for (let i = 0; i < 40 && (await page.locator("form.form").count()) > 0; i++) {
      if (i === 1) await check(page, `question2-${size}`, { dark });
      const no = page.locator("form.form input[type=radio]").last();
      if (await no.count()) await no.check({ force: true });
      else if (await page.locator("form.form input[type=date]").count()) await page.fill("form.form input[type=date]", "1990-05-06");
      else { await page.click("form.form button.quiet"); await page.waitForLoadState(); continue; }
      await page.click("form.form .btn:not(.quiet)");
      await page.waitForLoadState();
    }
    if ((await page.locator(".verdict").count()) === 0) complain("question", "never ends");
    await check(page, `answer-${size}`, { dark });
    await page.goBack();
    if ((await page.locator("form.form").count()) === 0) complain("question", "the way back does not lead to the question");
    for (const open of ["publicity", "verify", "sign-in"]) {
      await page.goto(`${address}/${open}`);
      await check(page, `${open}-${size}`, { dark });
    }
  });
}

/* One thing a page, until what was said is to be looked over. */
async function answerAll(page, shot, more) {
  for (let i = 0; i < 10 && (await page.locator("button[name=submit]").count()) === 0; i++) {
    await check(page, shot, more);
    const pick = page.locator("form.form input[type=radio]").first(), day = page.locator("form.form input[type=date]").first();
    if (await pick.count()) await pick.check({ force: true });
    else if (await day.count()) await day.fill("2024-05-20");
    else if (await page.locator("main select#answer").count()) await page.selectOption("main #answer", { index: 1 });
    else await page.fill("main #answer", "6222000011112222");
    await press(page, "main form.form .btn");
  }
}

async function worker(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    await signIn(page, "worker");
    await check(page, `me-${size}`, { dark });
    await page.click(`main .offer h3 a[href$="${encodeURIComponent("失业保险金")}"]`);
    await page.waitForLoadState();
    for (const d of await page.locator("main details summary").all()) await d.click();
    await check(page, `why-${size}`, { dark });
    await page.goto(`${address}/services`);
    await check(page, `services-${size}`, { dark });
    await page.goto(`${address}/me`);
    const apply = page.locator("main .offer a.btn:not(.quiet)").first();
    if (await apply.count()) {
      await apply.click();
      await page.waitForLoadState();
      await check(page, `apply-${size}`, { dark });
      if ((await page.locator(".card a[href^='/me/cases']").count()) === 0) {
        await page.click("main form .btn");
        await page.waitForLoadState();
        await answerAll(page, `apply-question-${size}`, { dark });
        await check(page, `apply-check-${size}`, { dark });
        await page.click("button[name=submit]");
        await page.waitForLoadState();
        if ((await page.locator(".done").count()) !== 1) complain("apply", "no confirmation");
        await check(page, `apply-done-${size}`, { dark });
      }
      await page.goto(`${address}/me/cases`);
      await check(page, `cases-${size}`, { dark });
    }
    for (const mine of ["notices", "record"]) {
      await page.goto(`${address}/me/${mine}`);
      await check(page, `${mine}-${size}`, { dark });
    }
    if (size === "phone" && !dark) {
      await page.click("a.size");
      await page.waitForLoadState();
      await page.goto(`${address}/me`);
      await check(page, "me-large");
      await page.click("a.size");
    }
  });
}

/* Finds somebody, and applies for them: the purpose is asked first, and at the end whether they stand there. */
async function counter(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    await signIn(page, "counter");
    await page.fill("#key", "32990119900101123");
    await page.fill("#purpose", "本人到窗口咨询");
    await press(page, "main .btn");
    if ((await page.locator(".alert").count()) !== 1) complain("counter", "a wrong number was not refused");
    await check(page, `counter-wrong-${size}`, { dark });
    await page.fill("#key", process.env.STANDS || id);
    await press(page, "main .btn");
    const person = page.url();
    for (const d of await page.locator("main details > summary").all()) await d.click();
    await check(page, `person-${size}`, { dark });
    await press(page, "main .offer h3 a");
    await check(page, `person-why-${size}`, { dark });
    await page.goto(`${person}/apply/${encodeURIComponent("失业保险金申领")}`);
    await check(page, `behalf-${size}`, { dark });
    if (await page.locator(".card a[href^='/cases/']").count()) return; /* applied in another window */
    await press(page, "main form .btn");
    await answerAll(page, `behalf-question-${size}`, { dark });
    await press(page, "button[name=submit]");
    if ((await page.locator(".alert").count()) !== 1) complain("behalf", "nobody said whether the person is there");
    await check(page, `behalf-check-${size}`, { dark });
    await page.fill("#reason", "本人在场");
    await press(page, "button[name=submit]");
    if (!page.url().includes("/cases/")) complain("behalf", "does not lead to the case");
    await check(page, `behalf-case-${size}`, { dark });
    await page.selectOption("#material", { index: 0 });
    await press(page, "button[value=seen]");
    if (!(await page.locator(".done").textContent()).includes("材料")) complain("behalf", "an original was not seen");
    await check(page, `behalf-seen-${size}`, { dark });
  });
}

/* Papers of one's own case: what is no paper is refused, a photo is put in, opened and taken back. */
const PHOTO = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64");
async function papers(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    const bring = async (name, mimeType, buffer) => {
      await page.setInputFiles("#paper", { name, mimeType, buffer });
      await press(page, "button[value=add]");
    };
    await signIn(page, "worker");
    await page.goto(`${address}/me/cases`);
    await press(page, "main .offer h2 a");
    if ((await page.locator("#paper").count()) === 0) return complain("papers", "the case takes none");
    await bring("说明.txt", "text/plain", Buffer.from("不是扫描件"));
    if ((await page.locator(".alert").count()) !== 1) complain("papers", "a text was taken for a scan");
    await check(page, `papers-refused-${size}`, { dark });
    await page.selectOption("#material", { label: "其他" });
    await bring("身份证 正面.png", "image/png", PHOTO);
    await check(page, `papers-added-${size}`, { dark });
    const paper = page.locator("main a[href*='/enclosures/']").first();
    const answer = await page.request.get(`${address}${await paper.getAttribute("href")}`);
    if (answer.headers()["content-type"] !== "image/png" || !(await answer.body()).equals(PHOTO)) complain("papers", "a photo came back as something else");
    await press(page, "button[value=remove]");
    if ((await page.locator("main a[href*='/enclosures/']").count()) !== 0) complain("papers", "a photo was not taken back");
    await check(page, `papers-taken-back-${size}`, { dark });
  });
}

/* The telephone: found by a case or a card, two things asked, wrong once, then one screen to read from, and a note. */
async function hotline(size, more = {}) {
  const [card, phone, born, account] = (process.env.RINGS ?? "").split(",");
  if (!account) return complain("calls", "RINGS does not say who rings: card,phone,born,account");
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    const say = async (wrong) => {
      for (const label of await page.locator("form.form label").all()) {
        const ask = await label.textContent(), box = page.locator(`#${await label.getAttribute("for")}`);
        await box.fill(wrong ? "0000" : ask.includes("电话") ? phone.slice(-4) : ask.includes("账号") ? account.slice(-4) : ask.includes("出生") ? born : card.slice(-4));
      }
      await press(page, "button[value=check]");
    };
    await signIn(page, "hotline");
    await check(page, `calls-${size}`, { dark });
    await page.fill("#key", card.slice(0, 17) + (card[17] === "1" ? "2" : "1"));
    await page.selectOption("#purpose", "查进度");
    await press(page, "main form.card .btn");
    if ((await page.locator(".alert").count()) !== 1) complain("calls", "a wrong number was not refused");
    await check(page, `calls-wrong-${size}`, { dark });
    await page.fill("#key", card);
    await press(page, "main form.card .btn");
    await check(page, `call-asks-${size}`, { dark });
    if (size === "desk" && !dark) { /* three wrong ones a day would close this person to the telephone */
      await say(true);
      if ((await page.locator(".alert").count()) !== 1) complain("call", "a wrong answer was not noticed");
      await check(page, `call-asks-again-${size}`, { dark });
    }
    await say(false);
    if ((await page.locator("button[value=note]").count()) !== 1) return complain("call", "right answers do not open the record");
    await check(page, `call-${size}`, { dark });
    await page.fill("#summary", "告诉他轮到我们审核，最迟哪天。");
    await press(page, "button[value=note]");
    if ((await page.locator(".done").count()) !== 1) complain("call", "the note was not kept");
    await check(page, `calls-after-${size}`, { dark });
  });
}

/* What is refused has a page of its own, which says what to do. */
async function refused(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    const see = async (to, shot, status) => {
      const answer = await page.goto(`${address}${to}`);
      if (answer.status() !== status) complain(shot, `is answered ${answer.status()}`);
      await check(page, `${shot}-${size}`, { dark });
    };
    await see("/nowhere", "refused-no-page", 404);
    await signIn(page, "worker");
    await see("/money", "refused-role", 403);
    await see("/me/cases/202400000018", "refused-no-case", 400); /* two digits at its end check it */
    await page.context().clearCookies();
    await signIn(page, "counter");
    await see("/people/1", "refused-no-purpose", 403);
    await page.goto(`${address}/counter`);
    await page.fill("#key", process.env.STANDS || id);
    await page.fill("#purpose", "本人到窗口咨询");
    await page.locator("input[name=csrf]").last().evaluate((x) => { x.value = "old"; });
    await press(page, "main .btn");
    await check(page, `refused-old-form-${size}`, { dark });
  });
}

async function staff(size) {
  await visit({ viewport: suffix[size] }, async (page) => {
    await signIn(page, "operator");
    await page.goto(`${address}/queue`);
    await check(page, `queue-${size}`);
    if (await page.locator("main tbody a").count()) {
      await page.click("main tbody a");
      await page.waitForLoadState();
      await check(page, `case-${size}`);
      await page.goto(`${address}/queue`);
      const service = await page.locator("main .filter a").nth(1).getAttribute("href");
      await page.goto(`${address}/queue/lane${service.slice(service.indexOf("?"))}`);
      await check(page, `lane-${size}`);
    }
    await page.goto(`${address}/findings`);
    await check(page, `findings-${size}`);
    await page.click("main tbody a");
    await page.waitForLoadState();
    await check(page, `finding-${size}`);
    for (const [role, to, name] of [["规则", "/studio", "studio"], ["统计", "/pool", "pool"], ["管理", "/webhooks", "webhooks"]]) {
      await page.click(".who summary");
      await page.click(`.menu button[value=${role}]`);
      await page.waitForLoadState();
      await page.goto(`${address}${to}`);
      await check(page, `${name}-${size}`);
      if (name !== "studio") continue;
      await page.click("main .files a");
      await page.waitForLoadState();
      await check(page, `file-${size}`);
    }
  });
}

/* Types over a piece of the text; filling all of a large box anew takes a browser many seconds. */
async function retype(page, old, fresh) {
  await page.locator("#text").focus();
  const found = await page.evaluate((old) => {
    const t = document.getElementById("text"), at = t.value.indexOf(old);
    t.setSelectionRange(at, at + old.length);
    return at >= 0;
  }, old);
  if (!found) complain("editor", `there is no “${old}”`);
  await page.keyboard.insertText(fresh);
}

/* An author at work: a draft, a slip that is marked beside its line as one types, put right and saved. */
async function author(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark", slip = "基本 10000", name = `一次性创业补贴 ${size}${dark ? " 暗" : ""}`;
    await signIn(page, "author");
    await page.goto(`${address}/studio`);
    await page.fill("#title", name);
    await page.click("main form.inline button");
    await page.waitForLoadState();
    await check(page, `draft-new-${size}`, { dark });
    await page.fill("#file", "parameters/fill.leye");
    await page.click("main form.inline button");
    await page.waitForLoadState();
    await retype(page, "基本 8000元", slip);
    await page.locator("#gutter [data-level=error]").waitFor();
    await page.locator("#report .diag p a").first().click();
    const chosen = await page.evaluate(() => { const t = document.getElementById("text"); return t.value.slice(t.selectionStart, t.selectionEnd); });
    if (!slip.endsWith(chosen) || chosen === "") complain("editor", `the mistake leads to “${chosen}”`);
    await check(page, `edit-wrong-${size}`, { dark });
    await retype(page, `${slip}\n`, `${slip}元\n`);
    await page.locator("#report", { hasText: "1 个不对" }).waitFor();
    await page.press("#text", "Control+s");
    await page.waitForLoadState();
    if ((await page.locator(".done").count()) !== 1) complain("editor", "was not saved by the keyboard");
    await check(page, `edit-saved-${size}`, { dark });
    const line = await page.evaluate(() => { const t = document.getElementById("text"); return t.value.slice(0, t.selectionStart).trimEnd().split("\n").pop(); });
    if (!line.includes("基本 10000元")) complain("editor", `after saving one stands at “${line}”`);
    await page.click(".back a");
    await page.waitForLoadState();
    await page.click("button[value=try]");
    const over = "#trial:not([data-running=yes])"; /* the page goes to itself once more when the trial is over */
    await page.locator(`${over} table, ${over} .alert`).first().waitFor({ timeout: 60000 });
    await page.waitForLoadState();
    if ((await page.locator("#trial table").count()) === 0) complain("trial", await page.locator("#trial").textContent());
    for (const d of await page.locator("main details > summary").all()) await d.click();
    await check(page, `draft-tried-${size}`, { dark });
  });
}

async function leader(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    await signIn(page, "leader");
    await check(page, `plans-${size}`, { dark });
    await page.goto(`${address}/plans/js-employment-plan-13`);
    await check(page, `plan-${size}`, { dark });
    await page.click("main .standings th a");
    await page.waitForLoadState();
    if ((await page.locator("main svg.chart").count()) !== 1) complain("target", "no picture");
    await check(page, `target-${size}`, { dark });
    await page.goto(`${address}/plans/js-employment-plan-14`);
    for (const d of await page.locator("main details summary").all()) await d.click();
    await check(page, `plan-open-${size}`, { dark });
    await page.goto(`${address}/map`);
    await check(page, `map-${size}`, { dark });
    const first = await page.locator("#times option").first().getAttribute("label");
    await page.locator("#at").focus();
    await page.keyboard.press("Home"); /* the picture follows without a new page */
    await page.locator("#map-body h2", { hasText: first }).waitFor();
    if (!page.url().includes("at=0")) complain("map", "the address does not follow");
    await check(page, `map-earlier-${size}`, { dark });
    await page.goto(`${address}/series`);
    await check(page, `series-list-${size}`, { dark });
    await page.goto(`${address}/series/${encodeURIComponent("断缴或离职人数")}?area=321012&with=321003`);
    await check(page, `series-${size}`, { dark });
    await page.click(".who summary");
    await page.click(".menu button[value=值班]");
    await page.waitForLoadState();
    await check(page, `warnings-${size}`, { dark });
    await page.click("main tbody th a");
    await page.waitForLoadState();
    for (const d of await page.locator("main details summary").all()) await d.click();
    await check(page, `warning-${size}`, { dark });
    if (await page.locator("button[value=receive]").count()) {
      await page.click("button[value=receive]");
      await page.waitForLoadState();
      if (!(await page.locator(".lead").textContent()).includes("已签收")) complain("warning", "was not received");
      await check(page, `warning-received-${size}`, { dark });
    }
  });
}
/* Each page as it is, then through its first link where there is one behind it. */
async function desk(name, size, pages) {
  await visit({ viewport: suffix[size] }, async (page) => {
    await signIn(page, name);
    for (const [to, shot, link] of pages) {
      await page.goto(`${address}${to}`);
      await check(page, `${shot}-${size}`);
      if (!link) continue;
      const first = page.locator(`main ${link}`).first();
      if ((await first.count()) === 0) { complain(shot, "has nothing to open"); continue; }
      await first.click();
      await page.waitForLoadState();
      for (const d of await page.locator("main details > summary").all()) await d.click();
      await check(page, `${shot}-one-${size}`);
    }
  });
}
/* A return: filled on a telephone, refused by a rule, reported, seen by who approves it. */
async function filer(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    await signIn(page, "filer");
    await page.goto(`${address}/returns`);
    await check(page, `returns-${size}`, { dark });
    await page.click("main tbody th a");
    await page.waitForLoadState();
    for (const d of await page.locator("main details > summary").all()) await d.click();
    await check(page, `return-${size}`, { dark });
    if ((await page.locator("button[value=report]").count()) === 0) return; /* reported in another window */
    await page.fill("#value0", "9");
    await page.fill("#value1", "12");
    await page.click("button[value=report]");
    await page.waitForLoadState();
    if ((await page.inputValue("#value0")) !== "9") complain("return", "what was typed is gone");
    await page.fill("#why0", "有两人刚办了登记");
    await page.click("button[value=report]");
    await page.waitForLoadState();
    await check(page, `return-refused-${size}`, { dark });
    await page.fill("#excuse0", "三人的登记还在路上");
    await page.click("button[value=report]");
    await page.waitForLoadState();
    if (!(await page.locator(".lead").textContent()).includes("已报")) complain("return", "was not reported");
    await check(page, `return-reported-${size}`, { dark });
  });
}
const approver = (size) => desk("approver", size, [["/returns", "approvals", "tbody a"]]);
const money = (size) => desk("accountant", size, [["/money", "money", "h2 a"], ["/money/batches", "batches", "tbody a"], ["/money/prepare", "prepare"],
  ["/money/returns", "returns"], ["/money/payments?state=1", "payments", "tbody a"], ["/money/claims", "claims", "tbody a"],
  ["/money/reconcile", "reconcile"], ["/money/statement", "statement"]]);
const auditor = (size) => desk("auditor", size, [["/audit", "audit"], ["/audit/leads", "leads", "tbody a"], ["/audit/samples", "samples", "tbody a"], ["/audit/journal", "journal"]]);

/* An account is made, its password is read once; everything else of the administrator is looked at. */
async function admin(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    await signIn(page, "admin");
    await check(page, `care-${size}`, { dark });
    for (const [to, shot] of [["/accounts", "accounts"], ["/care/tokens", "tokens"], ["/care/backups", "backups"], ["/care/parameters", "parameters"]]) {
      await page.goto(`${address}${to}`);
      for (const d of await page.locator("main details > summary").all()) await d.click();
      await check(page, `${shot}-${size}`, { dark });
    }
    await page.goto(`${address}/accounts/auditor`);
    await check(page, `account-${size}`, { dark });
    await page.fill("#rwhy", "岗位调整");
    await page.click("button[value=roles]");
    await page.waitForLoadState();
    if ((await page.locator(".done").count()) !== 1) complain("account", "roles were not changed");
    await page.goto(`${address}/accounts`);
    await page.click("main details > summary");
    await page.fill("#name", `new-${size}${dark ? "-dark" : ""}${Date.now()}`);
    await page.check("input[name=role][value=窗口]");
    await page.click("main details button");
    await page.waitForLoadState();
    if ((await page.locator(".once code").count()) !== 1) complain("accounts", "no password was said");
    await check(page, `accounts-made-${size}`, { dark });
  });
}

/* The chief hands a case to a colleague; without a reason the page says so and keeps what was chosen. */
async function chief(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    await signIn(page, "chief");
    await page.goto(`${address}/held`);
    await check(page, `held-${size}`, { dark });
    await page.click("main tbody a");
    await page.waitForLoadState();
    await check(page, `held-case-${size}`, { dark });
    const name = await page.locator("#to option").nth(1).getAttribute("value");
    await page.selectOption("#to", name);
    await page.click("button[value=transfer]");
    await page.waitForLoadState();
    if ((await page.locator("#to").inputValue()) !== name) complain("held", "what was chosen is gone");
    await check(page, `held-why-${size}`, { dark });
    await page.fill("#reason", "休假");
    await page.click("button[value=transfer]");
    await page.waitForLoadState();
    if ((await page.locator(".done").count()) !== 1) complain("held", "was not handed on");
    if (!(await page.locator("main tbody").textContent()).includes(name)) complain("held", `is not with ${name}`);
    await check(page, `held-done-${size}`, { dark });
  });
}

/* One's own password and one-time digits: the code to scan is there, wide enough for a camera, and mistakes are said. */
async function own(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    await signIn(page, "worker");
    await page.click(".who summary");
    await page.click(".menu a[href='/own']");
    await page.waitForLoadState();
    await check(page, `own-${size}`, { dark });
    await page.fill("#password", "wrong password");
    await page.fill("#next", "another good password");
    await page.fill("#again", "another good passwort");
    await page.click("form:has(#next) .btn");
    await page.waitForLoadState();
    if ((await page.locator(".alert").count()) !== 1) complain("own", "two different passwords were not refused");
    await check(page, `own-refused-${size}`, { dark });
    await page.click("form:has(input[value=totp-begin]) .btn");
    await page.waitForLoadState();
    const code = await page.locator("svg.square").boundingBox();
    if (!code || code.width < 150 || Math.abs(code.width - code.height) > 1) complain("own", "no square code to scan");
    await check(page, `own-totp-${size}`, { dark });
  });
}

/* A kiosk asks whether somebody is still there, waits for who types, and clears the screen of who went away. */
async function kiosk(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    await page.clock.install();
    await page.goto(`${address}/kiosk`);
    await check(page, `kiosk-set-${size}`, { dark });
    await press(page, "button[value=on]");
    await check(page, `kiosk-start-${size}`, { dark });
    await signIn(page, "worker");
    await check(page, `kiosk-me-${size}`, { dark });
    await page.clock.fastForward(80_000);
    await page.keyboard.press("Shift");
    await page.clock.fastForward(80_000);
    if (await page.locator("dialog[open]").count()) complain("kiosk", "asks although somebody typed");
    await page.clock.fastForward(15_000);
    await page.waitForSelector("dialog[open]");
    await check(page, `kiosk-asks-${size}`, { dark });
    await page.click("#idle-stay");
    await page.clock.fastForward(80_000);
    if (await page.locator("dialog[open]").count()) complain("kiosk", "asks again at once");
    await page.clock.fastForward(45_000);
    await page.waitForURL(`${address}/`);
    if (await page.locator(".who").count()) complain("kiosk", "who went away is still signed in");
    await page.goBack();
    if ((await page.content()).includes("我的待遇</h1>") || (await page.locator(".who").count())) complain("kiosk", "going back shows the one before");
    await signIn(page, "worker");
    await press(page, "#leave button");
    if (page.url() !== `${address}/` || (await page.locator(".who").count())) complain("kiosk", "办完了 does not sign out");
  });
}

/* A firm: the pages a person has, its staff, an agent who acts for it, and a list of people brought from Excel. */
async function employer(size, more = {}) {
  await visit({ viewport: suffix[size], ...more }, async (page) => {
    const dark = more.colorScheme === "dark";
    const fill = async (path, name, text) => {
      await page.goto(`${address}${path}`);
      await page.setInputFiles("#list", { name, mimeType: "text/csv", buffer: Buffer.from(text) });
      await page.click("main button[value=look]");
      await page.waitForLoadState();
    };
    await signIn(page, "firm");
    await check(page, `firm-${size}`, { dark });
    for (const d of await page.locator("main details summary").all()) await d.click();
    await page.locator("main .offer h3 a").first().click();
    await page.waitForLoadState();
    await check(page, `firm-why-${size}`, { dark });
    for (const [path, name] of [["/me/record", "record"], ["/me/cases", "cases"], ["/me/money", "money"], ["/me/staff", "staff"],
      [`/me/staff?list=${encodeURIComponent("合同")}&month=2024-05`, "contracts"], ["/me/notices", "notices"], ["/services", "services"], ["/me/agents", "agents"]]) {
      await page.goto(`${address}${path}`);
      await check(page, `firm-${name}-${size}`, { dark });
    }
    const agent = process.env.AGENT;
    if (agent) {
      await page.goto(`${address}/me/agents`);
      await page.fill("#name", agent);
      await page.fill("#until", new Date(Date.now() + 864e6).toISOString().slice(0, 10));
      await page.click("main button[value=give]");
      await page.waitForLoadState();
      await check(page, `firm-code-${size}`, { dark });
      const code = await page.locator(".done .num").textContent();
      await page.context().clearCookies();
      await signIn(page, "agent");
      await page.click(".who summary");
      await page.click(".menu a");
      await page.waitForLoadState();
      await page.fill("#code", code);
      await page.click("main form.form .btn");
      await page.waitForLoadState();
      await check(page, `acting-${size}`, { dark });
      await page.locator("main .offer .btn:not(.quiet)").first().click();
      await page.waitForLoadState();
      if (!(await page.locator(".who summary").textContent()).includes("替")) complain("acting", "does not say for whom");
    }
    const bulk = `/me/bulk/${encodeURIComponent("就业登记办理")}`;
    await page.goto(`${address}${bulk}`);
    await check(page, `bulk-${size}`, { dark });
    const people = (process.env.HIRED ?? "").split(";").filter(Boolean);
    const row = (who) => `${who},单位就业,321002,办事类\n`;
    await fill(bulk, "名单.csv", "身份证号,姓名,就业登记.形式,就业登记.就业地,就业登记.职业\n" + people.map(row).join("") + row("329901199013320010,没有"));
    await check(page, `bulk-look-${size}`, { dark });
    const enter = page.locator("main button[value=enter]");
    if (await enter.count()) {
      await enter.click();
      await page.waitForLoadState();
      await check(page, `bulk-done-${size}`, { dark });
    }
    await page.goto(`${address}/me/cases`);
    await check(page, `firm-cases-after-${size}`, { dark });
    if (await page.locator("main .offer h2 a").count()) {
      await page.locator("main .offer h2 a").first().click();
      await page.waitForLoadState();
      await check(page, `firm-case-${size}`, { dark });
    }
  });
}

await visit({}, async (page) => { /* a page that is wrong is found to be wrong */
  await page.goto(`${address}/`);
  await page.evaluate(() => document.querySelector("main").append(document.createElement("img")));
  const planted = [];
  await check(page, "planted", { planted });
  if (!planted.some((f) => f.startsWith("image-alt"))) complain("planted", "an image without a text was not found");
});
/* Who goes, in which windows: always, and with ALL=1, which takes minutes. ONLY=counter,own: these alone. */
const walks = { visitor, worker, papers, counter, hotline, staff, author, leader, filer, approver, money, auditor, admin, chief, employer, own, refused, kiosk };
const always = `visitor:phone worker:desk papers:phone counter:desk hotline:desk staff:desk author:desk leader:desk filer:phone
  approver:desk money:desk auditor:desk admin:desk,small chief:desk employer:phone own:phone refused:phone kiosk:kiosk`;
const further = `chief:phone,small,phone-dark employer:desk,small,phone-dark own:desk,small,large,phone-dark visitor:desk,small,desk-dark
  worker:phone,phone-dark papers:desk,small,large,phone-dark counter:phone,large,phone-dark hotline:phone,small,large,phone-dark
  staff:phone author:phone,small,desk-dark leader:phone,small,phone-dark admin:phone-dark filer:desk,small,phone-dark
  money:phone,small auditor:phone,small approver:phone,small refused:desk,large,phone-dark kiosk:kiosk-dark`;
const only = process.env.ONLY?.split(",");
for (const each of `${always} ${process.env.ALL === "1" ? further : ""}`.trim().split(/\s+/)) {
  const [name, sizes] = each.split(":");
  if (only && !only.includes(name)) continue;
  for (const size of sizes.split(",")) await walks[name](size.replace("-dark", ""), size.endsWith("-dark") ? { colorScheme: "dark" } : {});
}
async function finish() {
  await browser.close();
  say(wrong === 0 ? "all is well" : `${wrong} wrong`);
  process.exit(wrong === 0 ? 0 : 1);
}
if (only) await finish();
await visit({ javaScriptEnabled: false }, async (page) => { /* everything works without script */
  await signIn(page, "worker");
  await page.click("main .offer h3 a");
  await page.waitForLoadState();
  if ((await page.locator(".verdict").count()) !== 1) complain("without script", "the way to the reasons is broken");
  say("ok without script");
});
await visit({ javaScriptEnabled: false }, async (page) => {
  await signIn(page, "leader");
  await page.goto(`${address}/map`);
  await page.locator("#at").focus();
  await page.keyboard.press("Home");
  await page.click("#map-form button");
  await page.waitForLoadState();
  if (!page.url().includes("at=0")) complain("without script", "the month of the map cannot be chosen");
  say("ok map without script");
});
await visit({ javaScriptEnabled: false }, async (page) => { /* a batch is approved, and the page says so */
  await signIn(page, "reviewer");
  await page.goto(`${address}/money/batches?state=0`);
  await page.click("main tbody a");
  await page.waitForLoadState();
  await page.click("main button[value=approve]");
  await page.waitForLoadState();
  if ((await page.locator(".done").count()) !== 1 || !(await page.content()).includes("已批准")) complain("without script", "a batch was not approved");
  say("ok approving without script");
});
await visit({ javaScriptEnabled: false }, async (page) => { /* a rule is written, checked and saved */
  await signIn(page, "author");
  await page.goto(`${address}/studio`);
  await page.fill("#title", "没有脚本");
  await page.click("main form.inline button");
  await page.waitForLoadState();
  await page.fill("#file", "parameters/fill.leye");
  await page.click("main form.inline button");
  await page.waitForLoadState();
  await retype(page, "基本 8000元", "基本 8000");
  await page.click("button[value=check]");
  await page.waitForLoadState();
  if (!(await page.locator("#report").textContent()).includes("改法")) complain("without script", "a rule is not checked");
  await retype(page, "基本 8000\n", "基本 8500元\n");
  await page.click("button[value=save]");
  await page.waitForLoadState();
  if ((await page.locator(".done").count()) !== 1) complain("without script", "a rule was not saved");
  say("ok writing rules without script");
});
await finish();
