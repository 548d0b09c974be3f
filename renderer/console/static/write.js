"use strict";
// Buttons that write Markdown into a post's text, and photos of the site put where the caret stands. Without script the
// text is written by hand, and a photo comes to its end.
(function () {
  const body = document.getElementById("body"), tools = document.querySelector(".tools");
  if (!body || !tools) return;
  const around = { bold: "**", italic: "*" }, before = { heading: "## ", list: "- " };
  tools.hidden = false;
  function put(text, from, to) {
    const start = body.selectionStart;
    body.setRangeText(text, start, body.selectionEnd, "end");
    if (to) body.setSelectionRange(start + from, start + to);
    body.focus();
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }
  // On a line of its own, after what stands before the caret.
  function gap(lines) {
    const said = body.value.slice(0, body.selectionStart);
    const there = said.length - said.replace(/\n+$/, "").length;
    return said ? "\n".repeat(Math.max(0, lines - there)) : "";
  }
  tools.addEventListener("click", function (event) {
    const button = event.target.closest("[data-write]");
    if (!button) return;
    const deed = button.dataset.write, chosen = body.value.slice(body.selectionStart, body.selectionEnd);
    const text = chosen || button.dataset.sample, edge = around[deed];
    if (edge) return put(edge + text + edge, edge.length, edge.length + text.length);
    if (deed === "link") {
      const name = chosen || button.dataset.sample;
      return put("[" + name + "](https://)", name.length + 3, name.length + 11);
    }
    const lead = gap(2), lines = text.split("\n").map(function (line) { return before[deed] + line; }).join("\n");
    put(lead + lines, lead.length + before[deed].length, lead.length + lines.length);
  });
  document.getElementById("insert").addEventListener("click", function (event) {
    const button = event.target.closest("[data-mark]");
    if (!button) return;
    event.preventDefault();
    put(gap(2) + button.dataset.mark + "\n\n");
    document.getElementById("insert").open = false;
  });
})();
