// Makes choosing a day and a time pleasant. Everything works without it.

const ONE_YEAR = 365 * 24 * 3600;

function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const encoded = value.replaceAll("/", "%2F").replaceAll("+", "%2B");
  document.cookie = `${name}=${encoded}; Path=/; Max-Age=${ONE_YEAR}; SameSite=Lax${secure}`;
}

function remembers(name) {
  return document.cookie.split("; ").some((pair) => pair.startsWith(`${name}=`));
}

// The first visit is shown in the zone of the browser; later ones in the zone last chosen.
function detectZone(form, select) {
  const asked = new URLSearchParams(location.search).has("timezone");
  if (asked || remembers("timezone")) return;
  const detected = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!detected || detected === form.dataset.zone) return;
  const known = [...select.options].some((option) => option.value === detected);
  if (!known) return;
  remember("timezone", detected);
  // Only if the cookie was kept: a browser without cookies must not load for ever.
  if (remembers("timezone")) location.reload();
}

// A zone takes effect when it is chosen, and a field above the list finds it by its city.
function enhanceZoneForm(form, select) {
  const button = form.querySelector("button");
  const search = document.createElement("input");
  search.type = "search";
  search.id = "timezone-search";
  search.autocomplete = "off";
  const label = document.createElement("label");
  label.htmlFor = search.id;
  label.textContent = "Search for a city";
  select.parentElement.prepend(label, search);

  const groups = [...select.querySelectorAll("optgroup")].map((group) => ({
    group,
    options: [...group.children],
  }));
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const { group, options } of groups) {
      const found = options.filter((option) => {
        const text = `${option.label} ${option.value}`.toLowerCase().replaceAll("_", " ");
        return text.includes(wanted);
      });
      group.replaceChildren(...found);
      group.hidden = found.length === 0;
    }
    select.size = wanted ? 6 : 1;
    if (select.selectedIndex < 0 && select.options.length > 0) select.selectedIndex = 0;
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const first = select.querySelector("option");
    if (first && event.key === "Enter") {
      select.value = first.value;
      use();
    }
    select.focus();
  });
  const use = () => {
    remember("timezone", select.value);
    form.requestSubmit(button);
  };
  select.addEventListener("click", (event) => {
    if (select.size > 1 && event.target instanceof HTMLOptionElement) use();
  });
  form.addEventListener("submit", () => {
    if (select.value) remember("timezone", select.value);
  });
}

function rememberClockFace() {
  for (const link of document.querySelectorAll(".clock-faces a")) {
    link.addEventListener("click", () => {
      remember("hours", new URL(link.href).searchParams.get("hours"));
    });
  }
}

// One tab stop in the grid; arrows, Home, End, Page Up and Page Down go on from there.
function enhanceMonth(table) {
  const cells = [...table.querySelectorAll("tbody td")];
  const days = cells.map((cell) => cell.querySelector("a.day"));
  const free = days.filter(Boolean);
  if (free.length === 0) return;
  const makeStop = (day) => {
    for (const each of free) each.tabIndex = each === day ? 0 : -1;
  };
  makeStop(free.find((day) => day.ariaCurrent) ?? free[0]);

  const search = (from, step, end = days.length) => {
    for (let at = from + step; at >= 0 && at < end; at += step) {
      if (days[at]) return days[at];
    }
    return undefined;
  };
  const leaf = (relation) => {
    const link = document.querySelector(`.month-nav a[rel=${relation}]`);
    if (!link) return;
    sessionStorage.setItem("leafed", "yes");
    location.href = link.href.replace("#month", "");
  };
  table.addEventListener("keydown", (event) => {
    const at = days.indexOf(event.target.closest("a.day"));
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const week = at - (at % 7);
    const moves = {
      ArrowLeft: () => search(at, -1),
      ArrowRight: () => search(at, 1),
      ArrowUp: () => search(at, -7),
      ArrowDown: () => search(at, 7),
      Home: () => search(week - 1, 1, at + 1),
      End: () => search(week + 7, -1),
      PageUp: () => leaf("prev"),
      PageDown: () => leaf("next"),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const day = move();
    if (!day) return;
    makeStop(day);
    day.focus();
  });
}

// After leafing by key, the focus is in the grid again. After a day was chosen, the browser itself
// moves it to the times, which the address names.
function followFocus() {
  if (!sessionStorage.getItem("leafed")) return;
  sessionStorage.removeItem("leafed");
  document.querySelector(".month-grid a.day[tabindex='0']")?.focus();
}

const form = document.querySelector(".zone-form");
const select = form?.querySelector("select");
if (form && select) {
  detectZone(form, select);
  enhanceZoneForm(form, select);
}
const table = document.querySelector(".month-grid");
if (table) enhanceMonth(table);
rememberClockFace();
followFocus();
document.getElementById("notice")?.focus();
