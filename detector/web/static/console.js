/* What a script adds; every page works without it.
   0. Folds stand open on a wide screen.
   1. Live: parts marked data-live are replaced by what the same page says now, as the server sends them; where no
      stream comes through, the page is asked for again. Never the part that is being used.
   2. Keys: one letter moves or focuses, never acts. They can be switched off (WCAG 2.1.4). */
(() => {
  "use strict";
  const words = document.body.dataset; // words of the page's language: data-live-on, data-live-off, data-every
  const live = document.getElementById("live");

  // 0. Folds: a wide screen has room for them
  if (matchMedia("(min-width: 62rem)").matches) {
    document.querySelectorAll("details.fold:not(.keep)").forEach((each) => { each.open = true; });
  }

  // What an address points at is seen, however many folds it lies in
  function unfold() {
    let wanted = location.hash.slice(1);
    try { wanted = decodeURIComponent(wanted); } catch { /* no encoding of ours: as it stands */ }
    const found = wanted && document.getElementById(wanted);
    if (!found) return;
    for (let each = found; each; each = each.parentElement) if (each.localName === "details") each.open = true;
    found.scrollIntoView();
  }
  addEventListener("hashchange", unfold);
  unfold();

  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // 1. Live
  let heard = performance.now(), asked = heard, opened = heard, stream = null;
  function say(state, text) {
    if (!live || (live.dataset.state === state && live.textContent === text)) return;
    live.dataset.state = state;
    live.textContent = text;
  }
  function place(fresh) {
    const old = document.getElementById(fresh.id);
    if (!old || old.contains(document.activeElement) || old.querySelector("details[open] form")) return;
    if (old.getAttribute("role") === "status") { // what is said aloud has to change in its place
      if (old.textContent !== fresh.textContent) old.textContent = fresh.textContent;
      return;
    }
    for (const open of old.querySelectorAll("details[open][id]")) {
      fresh.querySelector("#" + CSS.escape(open.id))?.setAttribute("open", "");
    }
    old.replaceWith(document.adoptNode(fresh));
  }
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  // Who is not signed in any more, or may not see this any more: the page goes, unless somebody is writing on it
  function leave(answer) {
    const typed = [...document.querySelectorAll("input[type=text], input:not([type]), textarea")];
    const gone = answer.redirected || [401, 403, 404].includes(answer.status);
    if (gone && typed.every((each) => each.value === each.defaultValue)) location.replace(location.pathname);
  }
  async function read(path) { // nobody has pressed: it keeps no one signed in
    const answer = await fetch(path + "?auto", { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw answer;
    return parsed(await answer.text());
  }
  function answered() { heard = performance.now(); say("live", words.liveOn); }
  async function ask() {
    asked = performance.now();
    const page = await read(location.pathname);
    answered();
    page.querySelectorAll("[data-live][id]").forEach(place);
    document.title = page.title;
  }
  function listen() { // a browser opens few connections to one place: only what is looked at holds one
    opened = performance.now();
    stream = new EventSource("/events?view=" + encodeURIComponent(location.pathname));
    stream.addEventListener("beat", answered);
    stream.addEventListener("part", (event) => place(parsed(JSON.parse(event.data)).body.firstElementChild));
    stream.addEventListener("title", (event) => { document.title = parsed(JSON.parse(event.data)).body.textContent; });
    stream.addEventListener("over", () => { stream.close(); ask().catch(leave); });
  }
  if (words.every) {
    const every = Number(words.every) * 1000;
    const look = () => { // who comes back to it sees what is true now
      stream?.close();
      if (document.visibilityState !== "visible") return;
      ask().catch(leave);
      listen();
    };
    listen();
    document.addEventListener("visibilitychange", look);
    addEventListener("pagehide", () => stream.close());
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // an old page would mislead
    setInterval(() => { // no beat comes: nothing streams, or something on the way holds it back
      if (document.visibilityState !== "visible") return;
      const now = performance.now(), silent = Math.round((now - heard) / 1000);
      if (silent >= 10 && now - asked >= every - 2500) ask().catch(leave);
      if (stream.readyState === EventSource.CLOSED && now - opened >= 60000) listen();
      if (silent >= 20) say("stale", words.liveOff.replace("{s}", silent));
    }, 5000);
  }

  // What takes longer to make comes when the page stands
  document.querySelectorAll("[data-part]").forEach(async (each) => {
    const page = await read(each.dataset.part).catch(() => null);
    const part = page && page.getElementById(each.id);
    if (part) each.replaceWith(document.adoptNode(part));
    else if (page) each.remove();
  });

  // 2. Keys
  const KEEP = "nabat.keys";
  const off = () => { try { return localStorage.getItem(KEEP) === "off"; } catch { return false; } };
  const toggle = document.getElementById("keys-off");
  if (toggle) {
    toggle.checked = off();
    toggle.addEventListener("change", () => {
      try { localStorage.setItem(KEEP, toggle.checked ? "off" : "on"); } catch { /* a private window keeps nothing */ }
    });
  }
  let before = "";
  const rows = () => [...document.querySelectorAll("[data-row]")];
  function step(by) {
    const all = rows(), at = all.findIndex((each) => each.contains(document.activeElement));
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    next?.querySelector("a, button, summary")?.focus();
  }
  const FOCUS = { a: "#acknowledge", u: "#undo", d: "[data-next] :is(button, summary, a)", "?": "#keys > summary" };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && typing) { typing.blur(); return; }
    if (typing || off() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (before === "g") {
      before = "";
      document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click();
      return;
    }
    before = event.key;
    const found = FOCUS[event.key] && document.querySelector(FOCUS[event.key]);
    if (found) { event.preventDefault(); found.focus(); if (event.key === "?") found.click(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
    if (/^[1-9]$/.test(event.key)) document.querySelectorAll(".tabs a")[event.key - 1]?.click();
  });
  document.addEventListener("click", (event) => { // the account menu closes when one looks elsewhere
    document.querySelectorAll(".me[open]").forEach((each) => { if (!each.contains(event.target)) each.open = false; });
  });
})();
