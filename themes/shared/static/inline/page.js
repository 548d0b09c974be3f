/* The folded menu closes when one of its links is followed. */
document.addEventListener("click", function (e) {
  var a = e.target.closest && e.target.closest(".fold a");
  if (a) a.closest("details").open = false;
});
/* Tells of a followed link to the owner; the middle button follows, too. */
["click", "auxclick"].forEach(function (kind) {
  document.addEventListener(kind, function (e) {
    var a = e.button < 2 && e.target.closest && e.target.closest("a[data-way]");
    if (a && navigator.sendBeacon) navigator.sendBeacon("/_seen/click?to=" + a.getAttribute("data-way"));
  });
});
/* Tells of a page that was fetched ahead once it is shown, and of each page of a site whose pages others keep. */
/* So it does of one that is gone back to: browsers keep it and ask nobody (a page that is asked for again has a size). */
(function () {
  var mode = document.documentElement.getAttribute("data-seen"), came = window.performance && performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
  if (!mode || !navigator.sendBeacon) return;
  function tell() { navigator.sendBeacon("/_seen/view", [mode, location.pathname, location.search, document.referrer].join("\n")); }
  window.addEventListener("pageshow", function (e) {
    if (e.persisted || (mode === "server" && came && came.type === "back_forward" && came.transferSize === 0)) tell();
  });
  if (document.prerendering) document.addEventListener("prerenderingchange", tell, { once: true });
  else if (mode === "beacon" || (came && came.deliveryType === "navigational-prefetch")) tell();
})();
