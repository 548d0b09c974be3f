"use strict";
// What is typed into a post is shown beside it, drawn by the server. Without script there is a button for it.
(function () {
  const form = document.querySelector("form[data-paper]");
  if (!form || !window.fetch) return;
  let frame = document.getElementById("paper"), waiting = 0, asked = 0;
  function show() {
    const number = ++asked;
    fetch(form.dataset.paper, { method: "POST", body: new URLSearchParams(new FormData(form)) }).then(function (answer) {
      return answer.ok ? answer.json() : null;
    }).then(function (said) {
      if (!said || number !== asked) return;
      if (!frame) {
        frame = document.createElement("iframe");
        frame.className = "paper";
        frame.title = form.dataset.title;
        frame.setAttribute("sandbox", "");
        document.getElementById("body").closest(".field").after(frame);
      }
      frame.srcdoc = said.paper;
    }, function () {});
  }
  form.addEventListener("input", function (event) {
    if (event.target.name !== "body" && event.target.name !== "title") return;
    clearTimeout(waiting);
    waiting = setTimeout(show, 700);
  });
})();
