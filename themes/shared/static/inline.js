document.addEventListener("click", function (e) {
  var a = e.target.closest && e.target.closest(".fold a");
  if (a) a.closest("details").open = false;
});
/* A video's card becomes the player when it is clicked; before that nothing is asked of anybody. */
document.addEventListener("click", function (e) {
  var a = e.target.closest && e.target.closest("a[data-video]");
  if (!a || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  e.preventDefault();
  var play = a.getAttribute("data-video"), box = document.createElement("div"), frame = document.createElement(play ? "iframe" : "video");
  frame.src = play ? "https://www.youtube-nocookie.com/embed/" + play + (play.indexOf("?") < 0 ? "?" : "&") + "autoplay=1" : a.href;
  frame.title = a.querySelector("b").textContent + (a.querySelector("i.vh") || { textContent: "" }).textContent;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.controls = frame.autoplay = frame.playsInline = true;
  frame.tabIndex = 0;
  box.className = "video";
  box.appendChild(frame);
  a.parentNode.replaceChild(box, a);
  frame.focus();
});
/* Copies the page's address; without this it is a link to itself. */
document.addEventListener("click", function (e) {
  var a = e.target.closest && e.target.closest("a[data-copy]");
  if (!a || !navigator.clipboard) return;
  e.preventDefault();
  navigator.clipboard.writeText(a.href).then(function () { a.textContent = a.getAttribute("data-copy"); a.setAttribute("role", "status"); }, function () { location.href = a.href; });
});
/* Whether the place is open now: asked of the visitor's clock in the site's zone, since this page may be kept for long. */
(function () {
  var all = [].slice.call(document.querySelectorAll("[data-clock]"));
  function tick() {
    all.forEach(function (box) {
      try { say(box, JSON.parse(box.getAttribute("data-clock"))); } catch (error) { box.hidden = true; }
    });
  }
  function say(box, clock) {
    var now = {}, open = null, next = null, day, i;
    new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone: clock.z, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" })
      .formatToParts(new Date()).forEach(function (part) { now[part.type] = +part.value; });
    day = Date.UTC(now.year, now.month - 1, now.day) / 864e5;
    var minute = now.hour % 24 * 60 + now.minute, spans = [];
    for (i = -1; i < 9; i++) hours(day + i).forEach(function (span) { spans.push([i * 1440 + span[0], i * 1440 + span[1]]); });
    spans.sort(function (a, b) { return a[0] - b[0]; }).forEach(function (span) {
      if (open !== null ? span[0] <= open : span[0] <= minute && minute < span[1]) open = Math.max(open, span[1]);
      else if (open === null && span[0] > minute && next === null) next = span[0];
    });
    function hours(date) {
      var change = clock.x.filter(function (x) { return x[0] <= date && date <= x[1]; })[0];
      return change ? change[2] : clock.w[(date + 3) % 7];
    }
    function time(at) {
      at = (at % 1440 + 1440) % 1440;
      return ("0" + Math.floor(at / 60)).slice(-2) + clock.m + ("0" + at % 60).slice(-2);
    }
    var ahead = next === null ? 0 : Math.floor(next / 1440), text = clock.t[2];
    if (open !== null) text = open > 8 * 1440 ? clock.t[1] : clock.t[0].replace("{time}", time(open));
    else if (next !== null) text = clock.t[3].replace("{day}", ahead ? ahead === 1 ? clock.t[4] : clock.d[(day + ahead + 3) % 7] : "").replace("{time}", time(next)).replace(/ {2,}/g, " ");
    box.textContent = text;
    box.className = "now" + (open !== null ? " on" : "");
    box.hidden = false;
    [].forEach.call(document.querySelectorAll(".week tbody tr"), function (row, index) {
      row.className = row.className.replace(/ ?today/, "") + (index === (day + 3) % 7 ? " today" : "");
    });
  }
  if (all.length) { tick(); setInterval(tick, 30000); }
})();
/* Tells of a followed link to the owner. */
document.addEventListener("click", function (e) {
  var a = e.target.closest && e.target.closest("a[data-way]");
  if (a && navigator.sendBeacon) navigator.sendBeacon("/_seen/click?to=" + a.getAttribute("data-way"));
});
/* Tells of a page that was fetched ahead once it is shown, and of each page of a site whose pages others keep. */
(function () {
  var mode = document.documentElement.getAttribute("data-seen"), came = window.performance && performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
  if (!mode || !navigator.sendBeacon) return;
  function tell() { navigator.sendBeacon("/_seen/view", [mode, location.pathname, location.search, document.referrer].join("\n")); }
  if (document.prerendering) document.addEventListener("prerenderingchange", tell, { once: true });
  else if (mode === "beacon" || (came && came.deliveryType === "navigational-prefetch")) tell();
})();
/* How long a form was open, in milliseconds: who fills it in within two seconds is hardly a person. */
(function () {
  var opened = Date.now();
  document.addEventListener("submit", function (e) {
    var took = e.target.elements._took;
    if (took) took.value = Date.now() - opened;
  }, true);
})();
/* A form of a site that is flooded: the browser works for a moment, to show what it is. Without this it is sent all the same. */
document.addEventListener("submit", function (e) {
  var form = e.target, proof = form.elements._proof, busy = form.getAttribute("aria-busy"), began = Date.now();
  if (busy === "true") e.preventDefault();
  if (!proof || busy || !window.fetch || !window.crypto || !crypto.subtle || !window.TextEncoder) return;
  e.preventDefault();
  form.setAttribute("aria-busy", "true");
  function send() { if (form.getAttribute("aria-busy") === "true") { form.setAttribute("aria-busy", "false"); form.submit(); } }
  function hex(hash) { return [].map.call(new Uint8Array(hash), function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join(""); }
  function solve(task, from) {
    var numbers = [], number;
    for (number = from; number < from + 250; number++) numbers.push(number);
    return Promise.all(numbers.map(function (number) {
      return crypto.subtle.digest("SHA-256", new TextEncoder().encode(task.salt + number)).then(function (hash) {
        if (hex(hash) === task.challenge) proof.value = btoa(JSON.stringify({ algorithm: task.algorithm, challenge: task.challenge, number: number, salt: task.salt, signature: task.signature }));
      });
    })).then(function () { if (!proof.value && from < task.maxnumber && Date.now() - began < 20000) return solve(task, from + 250); });
  }
  setTimeout(send, 25000);
  fetch(form.getAttribute("action") + "/challenge").then(function (answer) { return answer.json(); })
    .then(function (task) { if (task.challenge) return solve(task, 0); }).then(send, send);
});
/* Back on the page, whoever sent it may send it again. */
addEventListener("pageshow", function () {
  [].forEach.call(document.querySelectorAll("form[aria-busy]"), function (form) { form.removeAttribute("aria-busy"); if (form.elements._proof) form.elements._proof.value = ""; });
});
/* A question that follows from an answer above is shown once that is given. Without this it is always there, and may stay empty. */
(function () {
  function ask(form) {
    [].forEach.call(form.querySelectorAll("[data-when]"), function (field) {
      var name = field.getAttribute("data-when"), wanted = JSON.parse(field.getAttribute("data-is")), shown = false;
      [].forEach.call(form.elements, function (one) {
        if (one.name === name && !one.disabled && one.value && (one.checked || !/^(radio|checkbox)$/.test(one.type))) shown = shown || !wanted.length || wanted.indexOf(one.value) >= 0;
      });
      field.hidden = !shown;
      [].forEach.call(field.querySelectorAll("input,select,textarea"), function (one) { one.disabled = !shown; });
    });
  }
  [].forEach.call(document.querySelectorAll("form.form"), function (form) {
    if (!form.querySelector("[data-when]")) return;
    form.addEventListener("change", function () { ask(form); });
    addEventListener("pageshow", function () { ask(form); });
    ask(form);
  });
})();
