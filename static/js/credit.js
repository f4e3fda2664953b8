// Small conveniences. Every page works without this file.
(() => {
  "use strict";

  const MENUS = ["person", "menu-more", "menubar-phone"].map((name) => `details.${name}[open]`).join();
  const closeOthers = (event) => {
    document.querySelectorAll(MENUS).forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  };

  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers); // an open menu would cover what the keyboard has gone on to
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // After an act the focus stands where the page says what came of it, unless the page or the address names another place.
  const elsewhere = location.hash || document.querySelector("[autofocus]");
  const said = document.querySelector(".error-summary") || (!elsewhere && document.querySelector("#messages .alert"));
  if (said) said.focus();

  // What was sent is not sent again while its answer is awaited; the button turns meanwhile. A loading that was stopped
  // leaves the page as it is, so after a minute the form may be sent anew.
  const MOST_AWAITED = 60_000;
  const timers = new WeakMap();
  const release = (form) => {
    clearTimeout(timers.get(form));
    delete form.dataset.sent;
    [...form.elements].forEach((it) => it.removeAttribute("aria-busy"));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    timers.set(form, setTimeout(release, MOST_AWAITED, form));
  });

  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

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

  // Told two minutes before the session ends. Another page may have used it meanwhile, so the server is asked.
  const ending = document.querySelector("[data-session-seconds]");
  if (ending && Number(ending.dataset.sessionSeconds)) {
    const told = 120;
    const [soon, over] = ["soon", "over"].map((name) => ending.querySelector(`[data-session-${name}]`));
    const show = (seconds) => {
      ending.hidden = seconds > told;
      soon.hidden = seconds <= 0;
      over.hidden = seconds > 0;
      if (seconds > 0) setTimeout(ask, (seconds > told ? seconds - told : seconds + 1) * 1000);
    };
    const ask = async () => {
      const answer = await fetch(ending.dataset.left);
      show((await answer.json()).seconds);
    };
    ending.querySelector("[data-session-stay]").addEventListener("click", async () => {
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      const answer = await fetch(ending.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token } });
      show(answer.headers.get("Content-Type") === "application/json" ? (await answer.json()).seconds : 0);
    });
    setTimeout(ask, Math.max(Number(ending.dataset.sessionSeconds) - told, 0) * 1000);
  }
})();
