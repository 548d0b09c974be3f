"use strict";
// A colour's picker and its code say the same. Without script what was changed counts, and of both the code.
(function () {
  for (const code of document.querySelectorAll(".hex")) {
    const picker = code.parentElement.querySelector("[type=color]");
    picker.addEventListener("input", function () { code.value = picker.value; });
    code.addEventListener("input", function () {
      const found = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(code.value.trim());
      if (found) picker.value = "#" + (found[1].length === 3 ? found[1].replace(/./g, "$&$&") : found[1]);
    });
  }
})();
