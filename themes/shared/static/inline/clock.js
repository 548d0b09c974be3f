/* Whether the place is open now: asked of the visitor's clock in the site's zone, since this page may be kept for long. */
(function () {
  var all = [].slice.call(document.querySelectorAll("[data-clock]"));
  function tick() {
    all.forEach(function (box) {
      try { say(box, JSON.parse(box.getAttribute("data-clock"))); } catch (error) { box.hidden = true; }
    });
  }
  function say(box, clock) {
    var now = {}, open = null, next = null, day, i;
    new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", { timeZone: clock.z, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" })
      .formatToParts(new Date()).forEach(function (part) { now[part.type] = +part.value; });
    day = Date.UTC(now.year, now.month - 1, now.day) / 864e5;
    var minute = now.hour % 24 * 60 + now.minute, spans = [];
    for (i = -1; i < 9; i++) hours(day + i).forEach(function (span) { spans.push([i * 1440 + span[0], i * 1440 + span[1]]); });
    spans.sort(function (a, b) { return a[0] - b[0]; }).forEach(function (span) {
      if (open !== null ? span[0] <= open : span[0] <= minute && minute < span[1]) open = Math.max(open, span[1]);
      else if (open === null && span[0] > minute && next === null) next = span[0];
    });
    function hours(date) {
      var change = clock.x.filter(function (x) { return x[0] <= date && date <= x[1]; })[0];
      return change ? change[2] : clock.w[(date + 3) % 7];
    }
    function time(at) {
      at = (at % 1440 + 1440) % 1440;
      return ("0" + Math.floor(at / 60)).slice(-2) + clock.m + ("0" + at % 60).slice(-2);
    }
    var ahead = next === null ? 0 : Math.floor(next / 1440), text = clock.t[2];
    if (open !== null) text = open > 8 * 1440 ? clock.t[1] : clock.t[0].replace("{time}", time(open));
    else if (next !== null) text = clock.t[3].replace("{day}", ahead ? ahead === 1 ? clock.t[4] : clock.d[(day + ahead + 3) % 7] : "").replace("{time}", time(next)).replace(/ {2,}/g, " ");
    box.textContent = text;
    box.className = "now" + (open !== null ? " on" : "");
    box.hidden = false;
    [].forEach.call(document.querySelectorAll(".week tbody tr"), function (row, index) {
      row.className = row.className.replace(/ ?today/, "") + (index === (day + 3) % 7 ? " today" : "");
    });
  }
  if (all.length) { tick(); setInterval(tick, 30000); }
})();
