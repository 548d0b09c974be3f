"use strict";
// A form is sent once, however often its button is pressed; its button shows at once, and a line soon, that it is on its
// way. It is not sent at all without a connection, where a browser's own page would take the place of what was typed. Who
// leaves what they typed is asked first. Without script all of it is the browser's.
(function () {
  const line = document.getElementById("sending"), telling = [];
  const typed = new Set(document.querySelectorAll("form[data-unsaved]")), sent = new Map();
  document.addEventListener("input", function (event) {
    const form = event.target.form;
    // Browsers fill in passwords by themselves.
    if (form && form.method === "post" && !form.querySelector("[type=password]")) typed.add(form);
  });
  document.addEventListener("submit", function (event) {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post") return;
    if (offline(form, button)) return event.preventDefault();
    // Pressed again, a browser drops what it was sending: of files that is all that came so far.
    const held = form.enctype === "multipart/form-data" ? 600000 : 10000;
    const now = performance.now(); // a clock may be set back
    if (sent.has(form) && now - sent.get(form) < held) return event.preventDefault();
    sent.set(form, now);
    tell(held > 10000 ? [[700, "files"]] : [[700, "sending"], [10000, "slow"]]);
    typed.delete(form);
    if (button) button.setAttribute("aria-busy", "true");
  });
  // Where an answer takes long, what is waited for.
  function tell(when) {
    telling.splice(0).forEach(clearTimeout);
    line.textContent = "";
    for (const [milliseconds, what] of when) {
      telling.push(setTimeout(function () { line.textContent = line.dataset[what]; }, milliseconds));
    }
  }
  // Said beside the button, as long as it is so.
  function offline(form, button) {
    const old = form.querySelector(".offline");
    if (old) old.remove();
    if (navigator.onLine) return false;
    const said = document.createElement("p");
    said.className = "offline problems";
    said.setAttribute("role", "alert");
    said.textContent = document.body.dataset.offline;
    const beside = button && button.closest("form p, form div");
    if (beside && form.contains(beside)) beside.before(said);
    else form.append(said);
    return true;
  }
  // What is wrong is read first by who does not see it.
  const wrong = document.getElementById("problems");
  if (wrong) wrong.focus();
  // Back from where it led.
  window.addEventListener("pageshow", function () {
    sent.clear();
    tell([]);
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  });
  window.addEventListener("beforeunload", function (event) {
    if (!typed.size) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
