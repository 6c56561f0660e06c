// Marks the page one is on, and keeps a form from being sent twice. Everything works without it.

for (const link of document.querySelectorAll(".host-nav a")) {
  const here = link.pathname === "/calendar"
    ? location.pathname === "/calendar"
    : location.pathname.startsWith(link.pathname);
  if (here) link.ariaCurrent = "page";
}

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

document.getElementById("notice")?.focus();
