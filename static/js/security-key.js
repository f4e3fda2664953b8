// A security key is added, or asked: the browser's answer goes into the form, and the form to the server.
(() => {
  "use strict";

  const options = JSON.parse(document.getElementById("security-key-options").textContent);
  const ask = {
    create: () => window.webauthnJSON.create(options.creation_options),
    get: () => window.webauthnJSON.get(options.request_options),
  };

  document.querySelectorAll("form[data-security-key]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-security-key-failed]");
      failed.hidden = true;
      try {
        form.querySelector("input[name=credential]").value = JSON.stringify(await ask[form.dataset.securityKey]());
        form.submit();
      } catch (error) {
        failed.hidden = false;
      }
    });
  });
})();
