"use strict";
// A button beside a text copies it. Without script there is no button, and the text can be marked by hand.
for (const button of document.querySelectorAll("button[data-copies]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", function () {
    const field = document.getElementById(button.dataset.copies);
    navigator.clipboard.writeText(field.value || field.textContent).then(function () {
      button.textContent = button.dataset.done;
    }, function () { if (field.select) field.select(); });
  });
}
