/* What an order comes to, shown while quantities are typed, and read out once that pauses. What is stored is counted by the server. */
(function () {
  [].forEach.call(document.querySelectorAll("[data-sum]"), function (sum) {
    var field = sum.parentNode, spoken = sum.nextElementSibling, wait;
    function word(name) { return sum.getAttribute("data-" + name); }
    function count() {
      var total = 0, open = false, some = false;
      [].forEach.call(field.querySelectorAll("[data-price]"), function (one) {
        var many = /^\s*\d{1,9}\s*$/.test(one.value) ? +one.value : 0, price = one.getAttribute("data-price");
        if (!many) return;
        some = true;
        if (price) total += many * price; else open = true;
      });
      /* Beyond what is counted exactly nothing is said. */
      if (some = some && total < 9e15) sum.textContent = word(total && open ? "open" : "sum").replace("{total}", total ? "Rp" + String(total).replace(/\B(?=(\d{3})+$)/g, word("mark")) : word(open ? "later" : "free"));
      sum.hidden = !some;
    }
    field.addEventListener("input", function () {
      count();
      clearTimeout(wait);
      wait = setTimeout(function () { spoken.textContent = sum.hidden ? "" : sum.textContent; }, 900);
    });
    addEventListener("pageshow", count);
    sum.setAttribute("aria-hidden", "true"); /* it is read out below */
    count();
  });
})();
