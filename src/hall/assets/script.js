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
})();
