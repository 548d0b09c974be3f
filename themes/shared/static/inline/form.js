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
