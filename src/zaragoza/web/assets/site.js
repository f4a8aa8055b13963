// A choice shows at once, without the button; without this script the button does the same.
"use strict";
for (const form of document.querySelectorAll("form.choices")) {
  form.addEventListener("change", () => form.requestSubmit());
}
