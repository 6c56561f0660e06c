// Makes sending a form pleasant. Everything works without it: the form carries a key, so that
// sending it twice books once.

const KNOWN_DOMAINS = [
  "gmail.com",
  "googlemail.com",
  "hotmail.com",
  "icloud.com",
  "outlook.com",
  "proton.me",
  "yahoo.com",
];

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.ariaDisabled = "true";
  });
  // Back again by the browser's own button: it may be sent once more.
  addEventListener("pageshow", () => delete form.dataset.sent);
}

// How many letters must change to make one word of the other.
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, changed);
    }
    row = next;
  }
  return row[b.length];
}

function likelyDomain(domain) {
  if (KNOWN_DOMAINS.includes(domain)) return undefined;
  return KNOWN_DOMAINS.find((known) => distance(domain, known) <= 2);
}

function helpWithTypos(input) {
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.setAttribute("role", "status");
  input.parentElement.append(hint);
  input.addEventListener("change", () => {
    hint.textContent = "";
    const [name, domain] = input.value.trim().toLowerCase().split("@");
    const likely = domain && likelyDomain(domain);
    if (likely) hint.textContent = `Did you mean ${name}@${likely}?`;
  });
}

for (const form of document.querySelectorAll("form[method=post]")) sendOnce(form);
const email = document.getElementById("guestEmail");
if (email) helpWithTypos(email);
document.getElementById("notice")?.focus();
