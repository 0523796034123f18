/* Takes the pictures of the guides: each role on the way its guide describes. tools/guide-shots starts it.
 *
 *   node guide.mjs ADDRESS FOLDER ID      ID: an identity number to look up
 *
 * Pictures are small: one window, no more than its height, 64 colours. Exits 1 when a page was not there. */
import { writeFileSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { chromium } from "playwright-core";

const [address, folder, id] = process.argv.slice(2);
const WIDTH = 1140, HEIGHT = 760, COLOURS = 64;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
let wrong = 0;

/* ---- PNG as chromium writes it (8 bits, RGB or RGBA, not interlaced), to PNG with a palette ---- */

function pixels(png) {
  let at = 8, width = 0, height = 0, step = 3;
  const parts = [];
  while (at < png.length) {
    const size = png.readUInt32BE(at), kind = png.toString("latin1", at + 4, at + 8), body = png.subarray(at + 8, at + 8 + size);
    if (kind === "IHDR") { width = body.readUInt32BE(0); height = body.readUInt32BE(4); step = body[9] === 6 ? 4 : 3; }
    if (kind === "IDAT") parts.push(body);
    at += 12 + size;
  }
  const raw = inflateSync(Buffer.concat(parts)), line = width * step, out = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const left = x >= step ? out[y * line + x - step] : 0, up = y > 0 ? out[(y - 1) * line + x] : 0;
      const corner = x >= step && y > 0 ? out[(y - 1) * line + x - step] : 0, p = left + up - corner;
      const near = [left, up, corner].reduce((a, b) => (Math.abs(p - b) < Math.abs(p - a) ? b : a));
      out[y * line + x] = raw[y * (line + 1) + 1 + x] + [0, left, up, (left + up) >> 1, near][filter];
    }
  }
  return { width, height, step, out };
}

function chunk(kind, body) {
  const all = Buffer.alloc(body.length + 12);
  all.writeUInt32BE(body.length, 0);
  all.write(kind, 4, "latin1");
  body.copy(all, 8);
  let crc = ~0;
  for (let i = 4; i < all.length - 4; i++) {
    crc ^= all[i];
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  all.writeUInt32BE(~crc >>> 0, all.length - 4);
  return all;
}

/* The colours that are there most often; every other one is the nearest of them. */
function small(png) {
  const { width, height, step, out } = pixels(png), count = new Map();
  const colour = (i) => (out[i * step] << 16) | (out[i * step + 1] << 8) | out[i * step + 2];
  for (let i = 0; i < width * height; i++) count.set(colour(i), (count.get(colour(i)) ?? 0) + 1);
  const palette = [...count].sort((a, b) => b[1] - a[1]).slice(0, COLOURS).map((c) => c[0]), nearest = new Map();
  const far = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  for (const c of count.keys()) nearest.set(c, palette.reduce((best, p, i) => (far(c, p) < far(c, palette[best]) ? i : best), 0));
  const lines = Buffer.alloc((width + 1) * height), head = Buffer.alloc(13);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = nearest.get(colour(y * width + x));
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return Buffer.concat([png.subarray(0, 8), chunk("IHDR", head), chunk("PLTE", colours), chunk("IDAT", deflateSync(lines, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/* ---- ways ---- */

async function way(name, work) {
  const context = await browser.newContext({ viewport: { width: WIDTH, height: HEIGHT }, locale: "zh-CN", colorScheme: "light" });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  const go = async (to) => { await page.goto(`${address}${to}`); await page.waitForLoadState(); };
  const press = async (what) => { await page.locator(what).first().click(); await page.waitForLoadState(); };
  const shot = async (title) => {
    const body = small(await page.screenshot());
    writeFileSync(`${folder}/${title}.png`, body);
    console.log(`${title}.png ${body.length}`);
  };
  try {
    await go("/sign-in");
    await page.fill("#name", name);
    await page.fill("#password", `${name} password`);
    await press("main button");
    await work({ page, go, press, shot });
  } catch (e) {
    wrong++;
    console.log(`# ${name} at ${page.url()}: ${e.message.split("\n")[0]}`);
  }
  await context.close();
}

const find = async ({ page, go, press }) => {
  await go("/counter");
  await page.fill("#key", id);
  await page.fill("#purpose", "本人到窗口咨询失业保险金");
  await press("main .btn");
};

await way("worker", async ({ page, go, press, shot }) => {
  const apply = async (service, asked = () => {}) => { /* to the page where everything is looked over */
    await go(`/me/apply/${encodeURIComponent(service)}`);
    await press("main form .btn");
    for (let i = 0; i < 10 && (await page.locator("button[name=submit]").count()) === 0; i++) {
      await asked(i);
      const pick = page.locator("form.form input[type=radio]").first(), day = page.locator("form.form input[type=date]").first();
      if (await pick.count()) await pick.check({ force: true });
      else if (await day.count()) await day.fill("2024-05-20");
      else if (await page.locator("main select#answer").count()) await page.selectOption("main #answer", { index: 1 });
      else await page.fill("main #answer", "6222000011112222");
      await press("main form.form .btn");
    }
  };
  await shot("worker-home");
  await press(`main .offer h3 a[href$="${encodeURIComponent("失业保险金")}"]`);
  await shot("worker-why");
  await apply("求职登记办理", (at) => at === 0 && shot("worker-question"));
  await shot("worker-check");
  await press("button[name=submit]");
  await shot("worker-done");
  await apply("失业保险金申领");
  await press("button[name=submit]"); /* one that a person decides: papers can be added until then */
  await go(new URL(page.url()).pathname);
  await page.locator("form:has(#paper)").scrollIntoViewIfNeeded();
  await shot("worker-papers");
  await go("/me/record");
  await shot("worker-record");
});
await way("firm", async ({ go, shot }) => { await shot("employer-home"); await go("/me/staff"); await shot("employer-staff"); });
await way("counter", async (at) => {
  await at.go("/counter");
  await at.shot("counter-find");
  await find(at);
  await at.shot("counter-person");
  await at.go(`${new URL(at.page.url()).pathname}/apply/${encodeURIComponent("求职登记办理")}`);
  await at.shot("counter-apply");
  await at.go("/queue");
  await at.shot("counter-queue");
});
await way("hotline", async ({ page, press, shot }) => {
  await page.fill("#key", id);
  await page.selectOption("#purpose", "查进度");
  await shot("calls-begin");
  await press("main form.card .btn");
  await shot("calls-ask");
});
await way("reviewer", async ({ go, press, shot }) => {
  await go("/queue");
  await shot("reviewer-queue");
  await press("main tbody a");
  await shot("reviewer-case");
});
await way("accountant", async ({ shot }) => { await shot("accountant-money"); });
await way("auditor", async ({ shot }) => { await shot("auditor-rules"); });
await way("author", async ({ shot }) => { await shot("author-studio"); });
await way("admin", async ({ go, press, shot }) => { await shot("admin-care"); await go("/care/tokens"); await press("main details summary"); await shot("integrator-tokens"); });
await way("leader", async ({ page, go, shot }) => {
  await shot("leader-plans");
  await go("/plans/js-employment-plan-13");
  const targets = await page.locator("main .standings th a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const to of targets) { /* one with figures of several years */
    await go(to);
    if (await page.locator("main svg.chart polyline").count()) break;
  }
  await shot("leader-target");
  await go("/map");
  await shot("leader-map");
});
await way("duty", async ({ press, shot }) => { await shot("duty-warnings"); await press("main tbody th a"); await shot("duty-warning"); });
await way("filer", async ({ go, press, shot }) => {
  await go("/returns");
  await shot("returns-list");
  await press("main tbody th a");
  await shot("returns-sheet");
});
await way("analyst", async ({ go, shot }) => { await go("/pool"); await shot("data-pool"); });
await browser.close();
process.exit(wrong === 0 ? 0 : 1);
