/* How long a form was open, in milliseconds: who fills it in within two seconds is hardly a person. */
(function () {
  var opened = Date.now();
  document.addEventListener("submit", function (e) {
    var took = e.target.querySelector("[name=_took]");
    if (took) took.value = Date.now() - opened;
  }, true);
})();
/* A form is sent from where it stands: what was typed stays until it is taken. Of a site that is flooded, the browser works for a moment first, to show what it is. Without this it is sent all the same. */
document.addEventListener("submit", function (e) {
  /* A question may be called "submit" or "elements": a form's own properties are not to be trusted. */
  var form = e.target, proof = form.querySelector("[name=_proof]"), began = Date.now();
  if (!proof || !form.getAttribute("data-lost") || !window.fetch || !window.FormData || !window.URLSearchParams || !window.Promise) return;
  e.preventDefault();
  if (form.getAttribute("aria-busy")) return;
  /* Browsers fill in again what was shown once, too: a proof counts once. */
  proof.value = "";
  var large = tooLarge();
  if (large.length) return say(form.getAttribute("data-check"), large);
  form.setAttribute("aria-busy", "true");
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
  function add(name, kind, into) {
    var made = document.createElement(name);
    if (kind) made.className = kind;
    return into.appendChild(made);
  }
  function say(text, errors) {
    var sum = document.createElement("div"), list;
    form.removeAttribute("aria-busy");
    [].forEach.call(form.querySelectorAll(".form-sum,.err"), function (old) { old.parentNode.removeChild(old); });
    [].forEach.call(form.querySelectorAll("[aria-invalid]"), function (one) { one.removeAttribute("aria-invalid"); });
    sum.className = "form-sum";
    sum.setAttribute("role", "alert");
    sum.tabIndex = -1;
    add("p", "strong", sum).textContent = text;
    if (errors.length) list = add("ul", "", sum);
    errors.forEach(function (error) {
      var id = form.getAttribute("id") + "-" + error.name, field = document.getElementById(id), line = add("li", "", list), link = add("a", "", line), fault;
      link.href = "#" + id;
      link.textContent = error.label;
      line.appendChild(document.createTextNode(": " + error.detail));
      if (!field) return;
      fault = add("p", "err", field.closest(".field") || form);
      fault.id = id + "-fault";
      fault.textContent = error.detail;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", ((field.getAttribute("aria-describedby") || "").replace(/\S+-fault/, "") + " " + fault.id).trim());
    });
    form.insertBefore(sum, form.firstChild);
    sum.focus();
  }
  /* What is too large is not sent for minutes first. */
  function tooLarge() {
    var most = +form.getAttribute("data-most"), room = +form.getAttribute("data-room"), found = [];
    [].forEach.call(most ? form.querySelectorAll("[type=file]") : [], function (field) {
      var label = document.querySelector("label[for='" + field.id + "']");
      if (!field.disabled && [].some.call(field.files || [], function (file) { return file.size > most || (room -= file.size) < 0; }))
        found.push({ name: field.name, label: label ? label.textContent : field.name, detail: form.getAttribute("data-large") });
    });
    return found;
  }
  function lost() { say(form.getAttribute("data-lost"), []); }
  function post() {
    var files = form.getAttribute("enctype"), data = new FormData(form), stop = window.AbortController && new AbortController(), here = history.state || {}, late;
    /* The same answers sent again from here, back from the thanks too, are the same lead. */
    if (!here.once) {
      here.once = Date.now().toString(36) + Math.random().toString(36).slice(2);
      history.replaceState(here, "");
    }
    data.append("_once", here.once);
    late = setTimeout(function () { if (stop) stop.abort(); }, files ? 120000 : 30000);
    fetch(form.getAttribute("action"), { method: "POST", headers: { Accept: "application/json" }, body: files ? data : new URLSearchParams(data), signal: stop ? stop.signal : undefined }).then(function (answer) {
      if (!/json/.test(answer.headers.get("Content-Type"))) {
        if (answer.status >= 500) throw answer;
        /* No answer of the form's: what it is, its own page shows. */
        return HTMLFormElement.prototype.submit.call(form);
      }
      return answer.json().then(function (told) {
        if (!answer.ok) return say(told.title || form.getAttribute("data-lost"), told.errors || []);
        location.href = told.next;
      });
    }).then(function () { clearTimeout(late); }, function () { clearTimeout(late); lost(); });
  }
  if (!window.crypto || !crypto.subtle || !window.TextEncoder) return post();
  Promise.race([
    fetch(form.getAttribute("action") + "/challenge").then(function (answer) { return answer.json(); }).then(function (task) { if (task.challenge) return solve(task, 0); }),
    new Promise(function (done) { setTimeout(done, 25000); })
  ]).then(post, post);
});
/* Back on the page, whoever sent it may send it again. */
addEventListener("pageshow", function () {
  [].forEach.call(document.querySelectorAll("form[aria-busy]"), function (form) { form.removeAttribute("aria-busy"); });
});
/* A question that follows from an answer above is shown once that is given. Without this it is always there, and may stay empty. */
(function () {
  function ask(form) {
    [].forEach.call(form.querySelectorAll("[data-when]"), function (field) {
      var name = field.getAttribute("data-when"), wanted = JSON.parse(field.getAttribute("data-is")), shown = false;
      [].forEach.call(form.querySelectorAll("input,select,textarea"), function (one) {
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
