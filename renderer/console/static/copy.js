"use strict";
// A button beside an address copies it. Without script there is no button, and the address can be marked by hand.
for (const button of document.querySelectorAll("button[data-copies]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", function () {
    const field = document.getElementById(button.dataset.copies);
    navigator.clipboard.writeText(field.value).then(function () {
      button.textContent = button.dataset.done;
    }, function () { field.select(); });
  });
}
