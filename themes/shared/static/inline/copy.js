/* Copies the page's address; without this it is a link to itself. */
document.addEventListener("click", function (e) {
  var a = e.target.closest && e.target.closest("a[data-copy]");
  if (!a || !navigator.clipboard) return;
  e.preventDefault();
  navigator.clipboard.writeText(a.href).then(function () { a.textContent = a.getAttribute("data-copy"); a.setAttribute("role", "status"); }, function () { location.href = a.href; });
});
