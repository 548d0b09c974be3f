document.addEventListener("click",function(e){var a=e.target.closest&&e.target.closest(".fold a");if(a)a.closest("details").open=false});
