// A choice by pointer shows at once, without the button; without this script the button does the same. By keys a list
// changes with every arrow or letter, so who uses them shows it with the button, and is not led away half-way.
"use strict";
let byKeys = false;
addEventListener("keydown", () => { byKeys = true; }, true);
addEventListener("pointerdown", () => { byKeys = false; }, true);
for (const form of document.querySelectorAll("form.choices")) {
  form.addEventListener("change", () => { if (!byKeys) form.requestSubmit(); });
}
