// Small conveniences. Every page works without this file.
(() => {
  "use strict";

  const closeOthers = (target) => {
    document.querySelectorAll("details.person[open], details.menubar-phone[open]").forEach((menu) => {
      if (!menu.contains(target)) menu.open = false;
    });
  };

  document.addEventListener("click", (event) => closeOthers(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });

  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-select-all]");
    if (!box) return;
    document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(box.dataset.selectAll)}"]`).forEach((other) => {
      other.checked = box.checked;
    });
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
})();
