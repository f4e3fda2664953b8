// A full document number hides itself after the seconds that its box names.
(() => {
  "use strict";

  const hideLater = (box) => {
    if (box.dataset.hiding) return;
    box.dataset.hiding = "yes";
    setTimeout(() => {
      const masked = box.parentElement.querySelector(".number-masked");
      if (masked) masked.hidden = false;
      box.remove();
    }, 1000 * Number(box.dataset.hideAfter));
  };

  const lookAgain = () => document.querySelectorAll("[data-hide-after]").forEach(hideLater);

  lookAgain();
  document.addEventListener("htmx:afterSettle", lookAgain);
  window.addEventListener("pagehide", () => document.querySelectorAll("[data-hide-after]").forEach((box) => box.remove()));
})();
