"use strict";
// What is typed into a post or another long form is kept by the server until it is saved: it is there again after a crash,
// a flat battery, or a session that ended. Without script it waits in the form, and is sent again where a save was refused.
(function () {
  const form = document.querySelector("form[data-keep]"), said = document.querySelector(".kept");
  if (!form || !said || !window.fetch || !window.AbortController) return;
  let waiting = 0, sending = null, typed = form.hasAttribute("data-unsaved");
  // Which page it was typed into: of two tabs with one form the second is told, instead of taking the first one's place.
  const tab = document.createElement("input");
  tab.type = "hidden";
  tab.name = "_tab";
  tab.value = Math.random().toString(36).slice(2) + Date.now().toString(36) + " " + form.dataset.tab;
  form.append(tab);
  if (form.dataset.typed) restore(JSON.parse(form.dataset.typed));
  // Fields as they were kept, in their order; several may have one name.
  function restore(pairs) {
    const kept = new Map();
    let differs = false;
    for (const pair of pairs) kept.set(pair[0], (kept.get(pair[0]) || []).concat(pair[1]));
    for (const field of form.elements) {
      const values = kept.get(field.name);
      if (!values || field === tab || field.type === "submit") continue;
      const ticks = field.type === "checkbox" || field.type === "radio";
      const at = ticks ? values.indexOf(field.value) : 0, before = ticks ? field.checked : field.value;
      if (ticks) field.checked = at >= 0;
      else if (values.length) field.value = values[0];
      if (at >= 0) values.splice(at, 1);
      if (field.type === "hidden" || before === (ticks ? field.checked : field.value)) continue;
      differs = true;
      for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    }
    document.getElementById("kept-before").hidden = !differs;
  }
  function say(what, fails) {
    if (fails) said.setAttribute("role", "alert");
    else said.removeAttribute("role");
    const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    said.textContent = said.dataset[what].replace("{time}", now);
    said.hidden = false;
  }
  function later(milliseconds) {
    clearTimeout(waiting);
    waiting = setTimeout(keep, milliseconds);
  }
  function failed(what) {
    typed = true;
    say(what, true);
    later(15000);
  }
  function keep(leaves) {
    clearTimeout(waiting);
    if (!typed) return;
    typed = false;
    if (sending) sending.abort(); // what is newer says more
    const body = new URLSearchParams(new FormData(form)), own = sending = new AbortController();
    // Browsers send 64 KiB at most once a page is left.
    const keepalive = leaves === true && body.toString().length < 60000;
    fetch(form.dataset.keep, { method: "POST", body: body, signal: own.signal, keepalive: keepalive }).then(function (answer) {
      if (answer.ok) say("kept", false);
      else failed({ 403: "signedOut", 409: "elsewhere" }[answer.status] || "failed");
    }, function () {
      if (!own.signal.aborted) failed(navigator.onLine ? "failed" : "offline");
    });
  }
  form.addEventListener("input", function () {
    typed = true;
    later(2000);
  });
  // A telephone ends what is behind another app without a word.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") keep(true);
  });
  window.addEventListener("online", function () { keep(); });
  // Saving says it all, and what is kept goes with it.
  document.addEventListener("submit", function (event) {
    if (event.target !== form || event.defaultPrevented) return;
    clearTimeout(waiting);
    typed = false;
    if (sending) sending.abort();
  });
  if (typed) later(2000);
})();
