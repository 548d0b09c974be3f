"use strict";
// A form is sent once, however often its button is pressed, and its button shows that it is on its way; not at all without
// a connection, where a browser's own page would take the place of what was typed. Who leaves what they typed is asked
// first. Without script all of it is the browser's.
(function () {
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
    if (Date.now() - (sent.get(form) || 0) < 10000) return event.preventDefault();
    sent.set(form, Date.now());
    typed.delete(form);
    if (button) button.setAttribute("aria-busy", "true");
  });
  // Said beside the button, as long as it is so.
  function offline(form, button) {
    const old = form.querySelector(".offline");
    if (old) old.remove();
    if (navigator.onLine) return false;
    const said = document.createElement("p");
    said.className = "offline problems";
    said.setAttribute("role", "alert");
    said.textContent = document.body.dataset.offline;
    const line = button && button.closest("form p, form div");
    if (line && form.contains(line)) line.before(said);
    else form.append(said);
    return true;
  }
  // What is wrong is read first by who does not see it.
  const wrong = document.getElementById("problems");
  if (wrong) wrong.focus();
  // Back from where it led.
  window.addEventListener("pageshow", function () {
    sent.clear();
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  });
  window.addEventListener("beforeunload", function (event) {
    if (!typed.size) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
