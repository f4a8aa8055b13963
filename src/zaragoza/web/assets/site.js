// Scripts only add: a choice shows without a new page, and figures tell themselves where one points at them.
// Without this script the button shows the choice, and the browser says what a mark stands for.
"use strict";
(() => {
  const PARTS = ["header.top", "main", "footer.foot"];
  const status = Object.assign(document.createElement("p"), { className: "away" });
  status.setAttribute("role", "status");
  document.body.append(status);
  let asked, shown = location.pathname + location.search;

  // The page of an address takes the place of this one; whoever stands on a list keeps standing there.
  async function show(address, keep) {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const stood = place();
      for (const part of PARTS) document.querySelector(part).replaceWith(page.querySelector(part));
      document.title = page.title;
      if (keep) history.pushState(null, "", address);
      shown = location.pathname + location.search;
      stand(stood);
      const words = [...document.querySelectorAll("main .context, main .lead")].map((each) => each.textContent.trim());
      status.textContent = words.join(" ") || page.title;
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  }

  function place() {
    const at = document.activeElement;
    return at?.name ? [at.name, [...document.getElementsByName(at.name)].indexOf(at)] : at?.closest("main form") ? ["", 0] : null;
  }

  function stand(at) {
    if (at) (document.getElementsByName(at[0])[at[1]] ?? document.querySelector("main form.choices button"))?.focus({ preventScroll: true });
  }

  function go(form) {
    const address = new URL(form.getAttribute("action") ?? "", location.href);
    address.search = new URLSearchParams(new FormData(form));
    address.hash = "";
    show(address.href, true);
  }

  const choices = (event) => event.target.closest?.("form.choices:not(.typed)");
  document.addEventListener("change", (event) => choices(event) && go(choices(event)));
  document.addEventListener("submit", (event) => {
    if (!choices(event)) return;
    event.preventDefault();
    go(choices(event));
  });
  // A link within the page is told as a step in history too; it leads the focus, and needs no page.
  addEventListener("popstate", () => location.pathname + location.search !== shown && show(location.href, false));

  // What a mark stands for, beside it: on touch as well, until one points elsewhere or presses Escape.
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  tip.setAttribute("aria-hidden", "true"); // the chart's description and its table say the same
  document.body.append(tip);
  const told = new WeakMap();

  function words(mark) {
    const title = mark.querySelector(":scope > title");
    if (title) {
      told.set(mark, title.textContent);
      title.remove(); // else the browser says it as well
    }
    return told.get(mark);
  }

  function point(event) {
    if (event.target === tip) return;
    const mark = event.target.closest?.("svg path, svg g");
    const text = mark && words(mark);
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    const box = mark.getBoundingClientRect();
    const wide = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const above = box.top - tip.offsetHeight - 4;
    tip.style.left = `${Math.max(8, Math.min(box.left + box.width / 2 - tip.offsetWidth / 2, wide)) + scrollX}px`;
    tip.style.top = `${(above < 0 ? box.bottom + 4 : above) + scrollY}px`;
  }

  document.addEventListener("pointerover", point);
  document.addEventListener("pointerdown", point);
  document.addEventListener("keydown", (event) => event.key === "Escape" && (tip.hidden = true));
})();
