"use strict";
// A form is sent once, however often its button is pressed, and its button shows that it is on its way. Who leaves what
// they typed is asked first. Without script both are the browser's.
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
    if (Date.now() - (sent.get(form) || 0) < 10000) return event.preventDefault();
    sent.set(form, Date.now());
    typed.delete(form);
    if (button) button.setAttribute("aria-busy", "true");
  });
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
