// A full document number takes the focus, and hides itself after the seconds that its box names, or when told to.
(() => {
  "use strict";

  const hide = (box) => {
    const masked = box.parentElement && box.parentElement.querySelector(".number-masked");
    const hadFocus = box.contains(document.activeElement);
    if (masked) masked.hidden = false;
    box.remove();
    if (masked && hadFocus) masked.focus();
  };

  const hideLater = (box) => {
    if (box.dataset.hiding) return;
    box.dataset.hiding = "yes";
    box.focus();
    setTimeout(() => hide(box), 1000 * Number(box.dataset.hideAfter));
  };

  const lookAgain = () => document.querySelectorAll("[data-hide-after]").forEach(hideLater);

  lookAgain();
  document.addEventListener("htmx:afterSettle", lookAgain);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-hide-now]");
    if (!link) return;
    event.preventDefault();
    hide(link.closest("[data-hide-after]"));
  });
  window.addEventListener("pagehide", () => document.querySelectorAll("[data-hide-after]").forEach((box) => box.remove()));
})();
