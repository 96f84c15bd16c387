// The desk's few lines of script. Every page works without them.
"use strict";
(() => {
  const body = document.body;
  const inField = (node) => node instanceof Element && node.closest("input, textarea, select, [contenteditable]") !== null;

  // ---- 0. Moments come in UTC; whoever reads wants their own clock.
  const tongue = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang || "en-GB";
  const SHOWN = {
    day: { dateStyle: "medium" },
    minute: { dateStyle: "medium", timeStyle: "short" },
    second: { dateStyle: "medium", timeStyle: "medium" },
  };

  document.querySelectorAll("time[data-at]").forEach((moment) => {
    moment.title = moment.textContent;
    moment.textContent = new Date(moment.dateTime).toLocaleString(tongue, SHOWN[moment.dataset.at]);
  });

  // ---- 1. Heartbeat: a page that may no longer be seen goes away by itself.
  const EVERY = 20000;
  const ALONE = 15 * 60000; // cut off for so long, a page is shown to nobody until the server has agreed
  let heard = Date.now();

  const lock = () => {
    const screen = document.getElementById("locked");
    body.replaceChildren(...(screen ? [screen.content.cloneNode(true)] : []));
    body.hidden = false;
    location.replace(body.dataset.signin || "/");
  };

  const alive = async (whenUnsure) => {
    if (!body.dataset.alive) return;
    try {
      const answer = await fetch(body.dataset.alive, { redirect: "manual", cache: "no-store", credentials: "same-origin" });
      if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) lock();
      else {
        heard = Date.now();
        body.hidden = false;
      }
    } catch {
      if (whenUnsure) whenUnsure();
      else if (Date.now() - heard > ALONE) body.hidden = true;
    }
  };

  if (body.dataset.alive) {
    setInterval(() => document.visibilityState === "visible" && alive(), EVERY);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && alive());
    window.addEventListener("pageshow", (event) => {
      // A page brought back from the browser's memory stays hidden until the server has agreed.
      if (event.persisted) body.hidden = true;
      alive(event.persisted ? lock : undefined);
    });
  }

  // ---- 2. Drafts: what is typed is kept, and the page says so when it is not.
  const DELAY = 800;
  const AGAIN = 5000;

  const keepDraft = (form) => {
    const said = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
    let timer = 0;
    let isDirty = false;
    let isSaving = false;
    let hasFailed = false;

    const say = (text, failed) => {
      if (!said) return;
      said.textContent = text || "";
      said.classList.toggle("failed", failed);
    };
    const clock = () => new Date().toLocaleTimeString(tongue, { hour: "2-digit", minute: "2-digit" });
    const fields = () => {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      return data;
    };
    const save = async (isLeaving) => {
      clearTimeout(timer);
      if (!isDirty || isSaving) return;
      isSaving = true;
      isDirty = false;
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: fields(), redirect: "manual", credentials: "same-origin", keepalive: isLeaving === true,
        });
        if (!answer.ok) throw new Error(String(answer.status));
        hasFailed = false;
        say((said?.dataset.savedText || "{time}").replace("{time}", clock()), false);
      } catch {
        isDirty = hasFailed = true;
        say(said?.dataset.failedText, true);
      }
      isSaving = false;
      if (isDirty) timer = setTimeout(save, AGAIN);
    };
    const soon = () => {
      isDirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, DELAY);
    };

    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", () => { isDirty = hasFailed = false; clearTimeout(timer); });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
    window.addEventListener("beforeunload", (event) => {
      if (hasFailed && isDirty) event.preventDefault();
      save(true);
    });
  };

  document.querySelectorAll("form[data-autosave]").forEach(keepDraft);

  // ---- 3. Keys. Never while typing; single keys can be switched off (WCAG 2.1.4).
  const KEYS_OFF = "asylon-keys-off";
  let wentToGo = 0;

  const keysAreOff = () => { try { return localStorage.getItem(KEYS_OFF) === "1"; } catch { return false; } };
  const keySwitch = document.querySelector("[data-keys-switch]");
  if (keySwitch) {
    const show = () => keySwitch.setAttribute("aria-pressed", String(keysAreOff()));
    keySwitch.hidden = false;
    keySwitch.addEventListener("click", () => {
      try { if (keysAreOff()) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, "1"); } catch { /* kept for this page only */ }
      show();
    });
    show();
  }

  // Without script, or where a browser knows no popover, the link leads to a page.
  document.querySelectorAll("[data-keys]").forEach((link) => link.addEventListener("click", (event) => {
    const list = document.getElementById("keys");
    if (!list?.togglePopover || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    list.togglePopover();
  }));

  const target = (row) => row.querySelector("[data-open]") || row.querySelector("summary, a[href], button");

  const step = (by) => {
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.getClientRects().length);
    if (!rows.length) return false;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1)];
    target(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  const follow = (selector) => {
    const link = document.querySelector(selector);
    if (link) link.click();
    return link !== null;
  };

  const press = (key) => {
    if (Date.now() - wentToGo < 1500) {
      wentToGo = 0;
      if (/^[a-z]$/.test(key) && follow(`[data-go="${key}"]`)) return true;
    }
    switch (key) {
      case "j": return step(1);
      case "k": return step(-1);
      case "ArrowDown": return document.activeElement.closest("[data-row]") !== null && step(1);
      case "ArrowUp": return document.activeElement.closest("[data-row]") !== null && step(-1);
      case "g": wentToGo = Date.now(); return true;
      case "n": return follow('[data-go="i"]');
      case "L": document.getElementById("lock-form")?.requestSubmit(); return true;
      case "?": document.getElementById("keys")?.togglePopover?.(); return true;
      case "/": {
        const field = document.getElementById("search-field");
        field?.focus();
        field?.select();
        return field !== null;
      }
      default: return false;
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || inField(event.target) || keysAreOff()) return;
    if (press(event.key)) event.preventDefault();
  });

  // An open menu closes when one clicks beside it.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // ---- 4. Groups of fields that repeat. Without script the server adds the row.
  document.querySelectorAll("[data-repeat]").forEach((group) => {
    const blank = group.querySelector("template");
    const button = group.querySelector("[data-repeat-add]");
    const total = group.querySelector('input[name$="-TOTAL_FORMS"]');
    if (!blank || !button || !total) return;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const copy = blank.content.cloneNode(true);
      for (const part of copy.querySelectorAll("*")) {
        for (const { name, value } of [...part.attributes]) part.setAttribute(name, value.replaceAll("__prefix__", total.value));
      }
      const added = [...copy.children];
      (button.closest("[data-repeat-foot]") || button).before(...added);
      total.value = String(Number(total.value) + 1);
      added[0]?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      total.form?.dispatchEvent(new Event("change"));
    });
  });

  // ---- 5. What an event asks for comes when it is chosen. Without script the page is sent and comes back.
  document.querySelectorAll("[data-asks-button]").forEach((button) => { button.remove(); });
  document.querySelectorAll("[data-asks]").forEach((choice) => choice.addEventListener("change", async () => {
    const chosen = choice.value;
    const answer = await fetch(`?event=${encodeURIComponent(chosen)}`, { redirect: "manual", cache: "no-store", credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || choice.value !== chosen) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const asked = page.getElementById(choice.dataset.asks);
    if (asked && choice.value === chosen) document.getElementById(choice.dataset.asks).replaceWith(asked);
  }));

  // ---- 6. On a narrow screen a part of a page that says nothing yet is folded.
  const narrow = window.matchMedia("(width < 46rem)");
  const says = (part) => part.querySelector(".wrong") !== null || [...part.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .some((field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value !== ""));
  const fold = () => document.querySelectorAll("[data-fold]").forEach((part) => { part.open = !narrow.matches || says(part); });
  if (narrow.matches) fold();
  narrow.addEventListener("change", fold);

  // ---- 7. On paper everything that can be opened is open, but secrets.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not(.menu, .secret, [open])")];
    closed.forEach((part) => { part.open = true; });
  });
  window.addEventListener("afterprint", () => closed.forEach((part) => { part.open = false; }));
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
