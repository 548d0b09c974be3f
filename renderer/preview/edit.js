(function () {
  var bar = document.getElementById("tapsite-preview"), ways = {}, links = bar.querySelectorAll("a[data-edits]"), i;
  for (i = 0; i < links.length; i++) ways[links[i].getAttribute("data-edits")] = links[i].href;
  document.addEventListener("click", function (event) {
    var at = event.target, section, picture, text, way;
    if (!at.closest || at.closest("#tapsite-preview, a, button, input, select, textarea, label, summary")) return;
    for (section = at.closest("[id]"); section && !ways[section.id];) section = section.parentElement && section.parentElement.closest("[id]");
    if (!section) return;
    way = ways[section.id];
    picture = at.closest("img");
    text = at.closest("h1, h2, h3, h4, p, li, dt, dd, td, th, blockquote, figcaption") || at;
    location.href = way + (picture ? "&src=" + encodeURIComponent(picture.getAttribute("src")) :
      "&said=" + encodeURIComponent((section.contains(text) ? text : at).textContent.trim().slice(0, 200)));
  });
})();
