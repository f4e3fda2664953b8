// A form that gives a file: the file is saved, then the page shows what has changed. A refusal comes as a page, as usual.
(() => {
  "use strict";

  const save = (file, answer) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))[1];
    link.click();
  };

  const refused = (form, button) => {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
    form.submit();
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-file]");
    const button = event.submitter;
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button) });
    if (!answer.ok) {
      refused(form, button);
      return;
    }
    save(await answer.blob(), answer);
    location.reload();
  });
})();
