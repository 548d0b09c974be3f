/* A video's card becomes the player when it is clicked; before that nothing is asked of anybody. */
document.addEventListener("click", function (e) {
  var a = e.target.closest && e.target.closest("a[data-video]");
  if (!a || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  e.preventDefault();
  var play = a.getAttribute("data-video"), box = document.createElement("div"), frame = document.createElement(play ? "iframe" : "video");
  frame.src = play ? "https://www.youtube-nocookie.com/embed/" + play + (play.indexOf("?") < 0 ? "?" : "&") + "autoplay=1" : a.href;
  frame.title = a.querySelector("b").textContent + (a.querySelector("i.vh") || { textContent: "" }).textContent;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.controls = frame.autoplay = frame.playsInline = true;
  frame.tabIndex = 0;
  box.className = "video";
  box.appendChild(frame);
  a.parentNode.replaceChild(box, a);
  frame.focus();
});
