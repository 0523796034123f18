/* Small comforts. Every page works without them. */
(() => {
  "use strict";
  // A form that is on its way is not sent twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  // Spaces that card readers and people put into numbers.
  const key = document.getElementById("key");
  if (key) key.addEventListener("input", () => { key.value = key.value.replace(/\s+/g, "").toUpperCase(); });
  // The menu of the account closes when one looks elsewhere.
  const who = document.querySelector(".who");
  if (who) document.addEventListener("click", (event) => { if (!who.contains(event.target)) who.open = false; });
  // A date or period typed takes back "none", and the other way round.
  for (const form of document.querySelectorAll("form.form")) {
    form.addEventListener("input", (event) => {
      if (event.target.type === "radio") return;
      for (const pick of form.querySelectorAll("input[type=radio]")) pick.checked = false;
    });
  }
  // A kiosk is left by one and found by the next: it asks, and clears the screen. Who types is said to be there.
  const idle = Number(document.documentElement.dataset.idle) * 1000;
  if (idle) {
    const asks = document.getElementById("idle"), left = document.getElementById("idle-left"), leave = document.getElementById("leave");
    let last = Date.now(), said = last;
    const here = () => {
      last = Date.now();
      if (asks.open) asks.close();
      if (leave && last - said > idle / 4) { said = last; fetch("/kiosk/here", { headers: { accept: "application/json" } }).catch(() => {}); }
    };
    for (const kind of ["pointerdown", "keydown", "input", "wheel"]) document.addEventListener(kind, here, { capture: true, passive: true });
    const tick = setInterval(() => {
      const rest = Math.ceil((idle - (Date.now() - last)) / 1000);
      if (rest <= 0) { clearInterval(tick); if (leave) leave.submit(); else location.replace("/"); return; }
      if (rest > 30) return;
      left.textContent = rest;
      if (!asks.open && (leave || location.pathname !== "/")) asks.showModal();
    }, 1000);
  }
  // On the map the picture follows the time that is chosen, without the rest of the page.
  const time = document.getElementById("at"), form = document.getElementById("map-form");
  if (time && form) {
    const when = document.getElementById("when"), labels = [...document.querySelectorAll("#times option")].map((o) => o.label);
    let last = 0, wait;
    const show = async () => {
      const mine = ++last, address = "/map?" + new URLSearchParams(new FormData(form));
      const answer = await fetch(address);
      if (!answer.ok || mine !== last) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("map-body").replaceWith(page.getElementById("map-body"));
      history.replaceState(null, "", address);
    };
    time.addEventListener("input", () => {
      when.value = labels[time.value] ?? "";
      time.setAttribute("aria-valuetext", when.value);
      clearTimeout(wait);
      wait = setTimeout(show, 60);
    });
    for (const select of form.querySelectorAll("select")) select.addEventListener("change", () => form.requestSubmit());
  }
})();
