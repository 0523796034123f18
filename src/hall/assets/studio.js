/* The author's pages: line numbers, what is wrong beside the line as one types, a trial that is looked at while it runs.
 * Without it everything is there as well, a form at a time. */
(() => {
  "use strict";
  const form = document.getElementById("editor"), text = document.getElementById("text"), gutter = document.getElementById("gutter");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  const editor = () => {
    let saved = form.dataset.unsaved === "yes" ? null : text.value, wait, last = 0, busy = false, again = false, marks = new Map();
    document.documentElement.dataset.script = "yes";

    const draw = () => {
      const lines = text.value.split("\n").length;
      const rows = [];
      for (let i = 1; i <= lines; i++) {
        const row = document.createElement("span");
        row.textContent = i;
        if (marks.has(i)) row.dataset.level = marks.get(i);
        rows.push(row);
      }
      gutter.replaceChildren(...rows);
      gutter.scrollTop = text.scrollTop;
    };
    const read = () => { /* the worst of each line */
      const order = { error: 2, warning: 1, note: 0 };
      marks = new Map();
      for (const d of document.querySelectorAll("#report [data-line]")) {
        const line = Number(d.dataset.line), level = d.dataset.level;
        if (line > 0 && !(order[marks.get(line)] >= order[level])) marks.set(line, level);
      }
      draw();
    };
    const go = (line, column) => {
      const lines = text.value.split("\n");
      if (!(line >= 1 && line <= lines.length)) return;
      let at = 0;
      for (let i = 0; i < line - 1; i++) at += lines[i].length + 1;
      text.focus();
      text.setSelectionRange(at, at + lines[line - 1].length);
      text.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(text).lineHeight));
      if (column > 1) text.setSelectionRange(at + column - 1, at + lines[line - 1].length);
    };
    const hash = () => { const m = /^#l(\d+)$/.exec(location.hash); if (m) go(Number(m[1]), 1); };

    const check = async () => {
      if (busy) { again = true; return; }
      busy = true;
      const mine = ++last;
      try {
        const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
        const page = answer.ok ? parse(await answer.text()) : null, fresh = page && page.getElementById("report");
        if (fresh && mine === last) {
          const open = [...document.querySelectorAll("#report details")].map((d) => d.open);
          document.getElementById("report").replaceWith(fresh);
          fresh.querySelectorAll("details").forEach((d, i) => { d.open = open[i] ?? false; });
          read();
        }
      } catch { /* away for a moment: the next key asks again */ }
      busy = false;
      if (again) { again = false; check(); }
    };

    text.addEventListener("input", () => { draw(); clearTimeout(wait); wait = setTimeout(check, 450); });
    text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
    text.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        form.requestSubmit(form.querySelector("button[value=save]"));
      } else if (event.altKey && event.key === "ArrowDown") {
        event.preventDefault();
        const here = text.value.slice(0, text.selectionStart).split("\n").length;
        const wrong = [...marks.keys()].sort((x, y) => x - y);
        if (wrong.length > 0) go(wrong.find((l) => l > here) ?? wrong[0], 1);
      } else if (event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.altKey && !text.readOnly) {
        const before = text.value.slice(0, text.selectionStart), blanks = /^ */.exec(before.slice(before.lastIndexOf("\n") + 1))[0];
        if (blanks.length === 0) return;
        event.preventDefault();
        document.execCommand("insertText", false, "\n" + blanks); /* stays in the browser's undo */
      }
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("#report a");
      const diag = link && link.closest("[data-line]");
      if (!diag || !(Number(diag.dataset.line) > 0) || !diag.querySelector("p").contains(link) || link.closest(".small")) return;
      event.preventDefault();
      go(Number(diag.dataset.line), Number(diag.dataset.column));
    });
    const place = `place ${location.pathname}${form.elements.file.value}`;
    form.addEventListener("submit", () => { /* the page that comes back stands where one was writing */
      saved = text.value;
      sessionStorage.setItem(place, JSON.stringify([text.selectionStart, text.scrollTop]));
    });
    window.addEventListener("beforeunload", (event) => { if (text.value !== saved && !text.readOnly) event.preventDefault(); });
    window.addEventListener("hashchange", hash);
    read();
    hash();
    const [at, top] = JSON.parse(sessionStorage.getItem(place) ?? "[0,0]");
    sessionStorage.removeItem(place);
    if (at > 0) { text.focus({ preventScroll: true }); text.setSelectionRange(at, at); text.scrollTop = top; }
  };
  if (form && text && gutter) editor();

  const watch = async () => {
    const trial = document.getElementById("trial");
    if (!trial || trial.dataset.running !== "yes") return;
    try {
      const answer = await fetch(trial.dataset.href), page = answer.ok ? parse(await answer.text()) : null, fresh = page && page.getElementById("trial");
      if (fresh && fresh.dataset.running !== "yes") { location.search ? location.replace(location.pathname) : location.reload(); return; }
      if (fresh) trial.querySelector("[role=status]").textContent = fresh.querySelector("[role=status]").textContent;
    } catch { /* the next second */ }
    setTimeout(watch, 1000);
  };
  setTimeout(watch, 700);
})();
