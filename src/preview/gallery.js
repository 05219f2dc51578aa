"use strict";
// The gallery's own script. It asks the disk for pieces of data by script tags, since a page from a file may not
// fetch. Whatever stands in the data becomes text nodes, never markup; letters go into frames that run nothing.
const gonets = (() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const nonce = document.currentScript.nonce;
  const language = document.documentElement.lang;
  const plural = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const at = (id) => document.getElementById(id);
  const word = (name) => words[name] ?? name;
  const count = (name, n) => {
    const forms = word(name).split("|");
    const form = { one: 0, few: 1, many: 2 }[plural.select(n)] ?? forms.length - 1;
    return numbers.format(n) + " " + forms[Math.min(form, forms.length - 1)];
  };
  const fold = (text) => text.toLowerCase().replaceAll("ё", "е");

  // Columns of a line of the list, and the bits of its flags: the same as in entry.rs.
  const [ROW, NAME, ADDRESS, ORGANISATION, POSITION, NUMBER, OTHERS, FLAGS, LENGTH, SHAPE, SHARD, INDEX, CAUSES, OUTCOME, BY] = Array(15).keys();
  const FILTERS = {
    all: () => true,
    willgo: (line) => hasLetter(line) && !line[OUTCOME],
    doubts: (line) => line[FLAGS] & 1,
    warnings: (line) => line[FLAGS] & 2,
    blocked: (line) => line[FLAGS] & 4,
    suppressed: (line) => line[FLAGS] & 8,
    leftout: (line) => line[FLAGS] & 128,
    nopatronymic: (line) => line[FLAGS] & 16,
    attached: (line) => line[FLAGS] & 32,
    copies: (line) => line[FLAGS] & 64,
    odd: (line) => hasLetter(line) && line[SHAPE] !== usual,
  };
  const hasLetter = (line) => !(line[FLAGS] & (4 | 8 | 128 | 256));
  // One kind of problem, as the summary lists them: its number behind the name of the filter.
  const causeOf = (name) => name.startsWith("cause") ? Number(name.slice(5)) : null;
  // What became of a letter that went: the kind behind the name of the filter.
  const outcomeOf = (name) => name.startsWith("is-") ? name.slice(3) : null;
  const filterOf = (name) => {
    const outcome = outcomeOf(name);
    if (outcome !== null) return (line) => line[OUTCOME] === outcome;
    const cause = causeOf(name);
    return cause === null ? FILTERS[name] ?? FILTERS.all : (line) => line[CAUSES].includes(cause);
  };
  const number = (name) => lines.reduce((sum, line) => sum + (FILTERS[name](line) ? 1 : 0), 0);
  const HEIGHT = 70;
  const POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">";

  let about = null;
  let lines = [], hay = [], shown = [], usual = 0;
  const shards = new Map(), waiting = new Map();
  const state = { query: "", filter: "all", order: "list", row: 0, view: "letter" };

  // Small things made of elements and text.
  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...inside.filter((piece) => piece !== null && piece !== undefined));
    return element;
  };
  const link = (path) => path.split("/").map(encodeURIComponent).join("/");

  const load = (path) => new Promise((done, failed) => {
    const script = make("script", { src: link(path), onload: () => { script.remove(); done(); }, onerror: () => { script.remove(); failed(new Error(path)); } });
    script.nonce = nonce;
    document.head.append(script);
  });

  const shard = async (number) => {
    if (!shards.has(number)) {
      if (!waiting.has(number)) waiting.set(number, load(`data/letters-${number}.js`).finally(() => waiting.delete(number)));
      await waiting.get(number);
      // Only what was looked at last is kept.
      if (shards.size > 24) shards.delete(shards.keys().next().value);
    }
    return shards.get(number);
  };

  // The list: what fits, in the order asked for; of it only what can be seen is in the page.
  const refine = () => {
    const wanted = fold(state.query).split(/\s+/).filter(Boolean);
    const fits = filterOf(state.filter);
    shown = [];
    for (let i = 0; i < lines.length; i++) {
      if (fits(lines[i]) && wanted.every((part) => hay[i].includes(part))) shown.push(i);
    }
    const collate = new Intl.Collator(language).compare;
    const orders = {
      name: (a, b) => collate(lines[a][NAME], lines[b][NAME]) || a - b,
      long: (a, b) => lines[b][LENGTH] - lines[a][LENGTH] || a - b,
      short: (a, b) => (lines[a][LENGTH] || Infinity) - (lines[b][LENGTH] || Infinity) || a - b,
    };
    if (orders[state.order]) shown.sort(orders[state.order]);
    at("rows").style.height = shown.length * HEIGHT + "px";
    at("found").textContent = word("found").replace("{}", numbers.format(shown.length)).replace("{}", numbers.format(lines.length));
    draw();
  };

  const item = (place) => {
    const line = lines[shown[place]];
    const flags = line[FLAGS];
    const dot = flags & 4 ? "error" : flags & (8 | 128) ? "suppressed" : flags & 3 ? "mind" : null;
    return make("div", {
      class: "item" + (line[ROW] === state.row ? " on" : "") + (line[FLAGS] & (4 | 8 | 128) ? " gone" : ""), role: "option", id: "row-" + line[ROW],
      "aria-selected": String(line[ROW] === state.row), style: `top:${place * HEIGHT}px`, onclick: () => choose(line[ROW]),
    },
      make("div", { class: "name" }, make("span", {}, line[NAME] || line[ADDRESS]), dot && make("i", { class: "dot " + dot }),
        flags & 32 ? make("i", { class: "dot file" }, "\u{1F4CE}\uFE0E") : null, make("span", { class: "no" }, line[NUMBER])),
      make("div", { class: "of" }, [line[POSITION], line[ORGANISATION]].filter(Boolean).join(", ") || line[OTHERS] || "\u00a0"),
      make("div", { class: "at" }, make("span", {}, line[ADDRESS]), line[OUTCOME] ? make("i", { class: "came " + line[OUTCOME] }, outcome(line)) : null));
  };
  const outcome = (line) => about?.outcomes.find(([kind]) => kind === line[OUTCOME])?.[1] ?? "";
  const draw = () => {
    const list = at("list");
    const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - 6);
    const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + 6);
    const items = [];
    for (let place = first; place < last; place++) items.push(item(place));
    if (!shown.length && about) items.push(make("p", { class: "empty" }, word("nothing")));
    at("rows").replaceChildren(...items);
    at("list").setAttribute("aria-activedescendant", state.row ? "row-" + state.row : "");
  };
  const reveal = (place) => {
    const list = at("list");
    const top = place * HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + HEIGHT - list.clientHeight;
  };
  const position = () => shown.findIndex((i) => lines[i][ROW] === state.row);
  const jump = (place) => { if (shown.length) choose(lines[shown[Math.min(shown.length - 1, Math.max(0, place))]][ROW]); };
  const step = (by) => {
    const now = position();
    jump(now < 0 ? (by > 0 ? 0 : shown.length - 1) : now + by);
  };

  // The filters, each with its number; those that fit nobody are left out.
  const chips = () => {
    const made = [];
    for (const [name, fits] of Object.entries(FILTERS)) {
      const n = name === "all" ? lines.length : lines.reduce((sum, line) => sum + (fits(line) ? 1 : 0), 0);
      if (name !== "all" && (!n || (n === lines.length && name !== "blocked"))) continue;
      made.push(make("button", { type: "button", class: "chip " + name, "aria-pressed": String(state.filter === name), onclick: () => filter(name) },
        word(name), make("b", {}, numbers.format(n))));
    }
    for (const [kind, words, n] of about?.outcomes ?? []) {
      made.push(make("button", { type: "button", class: "chip outcome " + kind, "aria-pressed": String(state.filter === "is-" + kind), onclick: () => filter("is-" + kind) },
        words, make("b", {}, numbers.format(n))));
    }
    const cause = about?.causes[causeOf(state.filter)];
    if (cause) made.push(make("button", { type: "button", class: "chip cause", "aria-pressed": "true", onclick: () => filter("all") }, cause[2], make("b", {}, numbers.format(cause[1]))));
    at("chips").replaceChildren(...made);
  };
  const filter = (name) => {
    state.filter = name;
    at("list").scrollTop = 0;
    chips();
    refine();
    remember();
  };

  // One letter.
  const choose = (row) => {
    state.row = row;
    document.body.classList.add("reading");
    const place = position();
    if (place >= 0) reveal(place);
    draw();
    open();
    remember();
  };
  const ownLine = () => lines.find((line) => line[ROW] === state.row);
  const open = async () => {
    const line = ownLine();
    if (!line) return;
    let letter;
    try { letter = (await shard(line[SHARD]))[line[INDEX]]; } catch { return broken(); }
    if (line[ROW] !== state.row) return;
    at("overview").setAttribute("aria-pressed", "false");
    const views = hasLetter(line) ? ["letter", "text", ...(pdf(letter) ? ["pdf"] : []), "source"] : [];
    const view = views.includes(state.view) ? state.view : views[0];
    const tab = (name) => make("button", { type: "button", class: "tool view", "aria-pressed": String(name === view), onclick: () => turn(name) }, word(name));
    const bar = make("div", { class: "bar" },
      make("button", { type: "button", class: "tool back", onclick: back }, "‹ " + word("back")),
      ...views.map(tab),
      make("span", { class: "grow" }, [line[NUMBER] && word("number") + " " + line[NUMBER], line[FLAGS] & 256 ? null : word("row") + " " + line[ROW]].filter(Boolean).join(" · ")),
      letter.e ? make("a", { class: "tool wide", href: link(letter.e), download: letter.e.split("/").pop() }, word("save")) : null,
      letter.e ? make("button", { type: "button", class: "tool wide", onclick: () => window.print() }, word("print")) : null,
      make("button", { type: "button", class: "tool", title: word("previous"), "aria-label": word("previous"), onclick: () => step(-1) }, "↑"),
      make("button", { type: "button", class: "tool", title: word("next"), "aria-label": word("next"), onclick: () => step(1) }, "↓"));
    const pane = at("pane");
    pane.className = "";
    pane.replaceChildren(bar, head(line, letter), body(letter, view));
    sheet(letter, view);
  };
  const pdf = (letter) => (letter.a ?? []).find((file) => file[4]);
  const turn = (view) => { state.view = view; open(); remember(); };
  const back = () => { document.body.classList.remove("reading"); draw(); };
  const broken = () => at("pane").replaceChildren(make("p", { class: "alarm" }, word("broken")));

  // The name on the disk is one under which a browser runs nothing (stored.rs). What it can show opens beside the gallery.
  const attached = ([name, , path], ...inside) => {
    const isShown = /\.(pdf|png|jpe?g|gif|webp|txt)$/i.test(path);
    return make("a", { href: link(path), target: isShown && "_blank", rel: "noopener", download: isShown ? null : name }, ...inside);
  };

  const head = (line, letter) => {
    const fields = make("dl", {});
    for (const [name, value] of letter.h ?? []) {
      if (name !== "Subject") fields.append(make("dt", {}, word(name)), make("dd", {}, value));
    }
    if (letter.a?.length) {
      fields.append(make("dt", {}, word("attachments")), make("dd", { class: "files" }, ...letter.a.map((file) => attached(file, file[0], " ", make("small", {}, file[1])))));
    }
    const subject = (letter.h ?? []).find(([name]) => name === "Subject")?.[1] ?? (line[NAME] || line[ADDRESS] || word("row") + " " + line[ROW]);
    const head = make("div", { class: "head" }, make("h2", {}, subject), fields);
    if (!letter.h) fields.append(make("dt", {}, word("To")), make("dd", {}, line[ADDRESS]));
    if (letter.o) {
      const [words, when, from, text] = letter.o;
      head.append(make("p", { class: "outcome " + line[OUTCOME] }, make("b", {}, words), [when, from].filter(Boolean).map((part) => " · " + part).join(""),
        text ? make("span", {}, text) : null));
    }
    if (letter.p?.length) {
      head.append(make("ul", { class: "told" }, ...letter.p.map(([severity, field, what, fix, where]) =>
        make("li", { class: line[FLAGS] & (8 | 128) ? "suppressed" : severity }, field ? make("b", {}, field + ": ") : null, what, make("span", { class: "fix" }, " — " + fix), " ", make("span", { class: "where" }, where)))));
    }
    return head;
  };

  const body = (letter, view) => {
    const body = make("div", { class: "body" });
    if (view === "letter") {
      const frame = make("iframe", { sandbox: "", title: word("letter"), referrerpolicy: "no-referrer" });
      frame.srcdoc = guarded(pictured(letter.m));
      body.append(frame);
    } else if (view === "text") body.append(make("pre", { tabindex: 0 }, letter.t));
    else if (view === "source") body.append(make("pre", { tabindex: 0 }, letter.r));
    else if (view === "pdf") body.append(make("iframe", { src: link(pdf(letter)[2]), title: word("pdf") }));
    else body.append(make("p", {}, word(letter.h ? "onrecord" : "noletter")));
    return body;
  };
  // The logo stands in the message beside the HTML, and here once for all letters.
  const pictured = (html) => Object.entries(about.pictures).reduce((page, [source, data]) => page.split(source).join(data), html);
  // The policy stands first in the page whatever follows; a doctype behind it still counts for nothing else.
  const guarded = (html) => "<!DOCTYPE html>" + POLICY + html.replace(/^\s*<!doctype[^>]*>/i, "");

  // For the printer the letter is copied out of its frame, element by element: known ones, known styles, no more.
  const KEPT = new Set("P BR TABLE TBODY THEAD TR TD TH STRONG EM B I U S A UL OL LI BLOCKQUOTE PRE CODE HR H1 H2 H3 H4 H5 H6 DIV SPAN CENTER SUP SUB IMG".split(" "));
  const LEFT_OUT = new Set("SCRIPT STYLE HEAD TITLE TEMPLATE IFRAME OBJECT EMBED SVG MATH NOSCRIPT LINK META BASE FORM".split(" "));
  const STYLES = /^(margin|padding|border|width|max-width|font|line-height|text-align|vertical-align|white-space|text-decoration|list-style|border-collapse)/;
  const copy = (from, into) => {
    for (const node of from.childNodes) {
      if (node.nodeType === 3) into.append(node.data);
      if (node.nodeType !== 1 || LEFT_OUT.has(node.tagName.toUpperCase())) continue;
      const isKept = KEPT.has(node.tagName) && (node.tagName !== "IMG" || /^data:image\/(png|jpeg|gif|webp);/.test(node.getAttribute("src") ?? ""));
      const twin = isKept ? document.createElement(node.tagName) : into;
      if (isKept) {
        for (const name of ["align", "width", "height", "colspan", "rowspan", "start", "cellpadding", "cellspacing", "border", "lang", ...(node.tagName === "IMG" ? ["src", "alt"] : [])]) {
          if (node.hasAttribute(name)) twin.setAttribute(name, node.getAttribute(name));
        }
        for (const name of node.style) {
          const value = node.style.getPropertyValue(name);
          if (STYLES.test(name) && !/url|expression/i.test(value)) twin.style.setProperty(name, value);
        }
        into.append(twin);
      }
      copy(node, twin);
    }
  };
  const sheet = (letter, view) => {
    const paper = at("sheet");
    paper.replaceChildren();
    if (!letter.h) return;
    const line = (names) => letter.h.filter(([name]) => names.includes(name)).map(([name, value]) => word(name) + ": " + value).join(" · ");
    paper.append(make("div", { class: "slip" }, line(["To", "Cc"]), make("br"), line(["Subject"])));
    if (view === "text" || view === "source") paper.append(make("pre", {}, view === "text" ? letter.t : letter.r));
    else {
      const page = make("div", { class: "page" });
      copy(new DOMParser().parseFromString(pictured(letter.m), "text/html").body, page);
      paper.append(page);
    }
  };

  // The summary.
  const overview = () => {
    state.row = 0;
    at("overview").setAttribute("aria-pressed", "true");
    const figure = (n, label, kind, name) => (n || kind === "") && make(name ? "button" : "div",
      { class: "figure " + kind, type: name ? "button" : null, onclick: name ? () => { filter(name); document.body.classList.remove("reading"); } : () => {} },
      make("b", {}, numbers.format(n)), make("span", {}, label));
    const outcomes = about.outcomes.map(([kind, words, n]) => figure(n, words, "outcome " + kind, "is-" + kind));
    const figures = [
      figure(number("willgo"), word("willgo"), outcomes.length ? "rest" : "", "willgo"),
      figure(number("doubts"), word("doubts").toLowerCase(), "mind", "doubts"),
      figure(number("warnings"), word("warnings").toLowerCase(), "mind", "warnings"),
      figure(number("blocked"), word("blocked").toLowerCase(), "bad", "blocked"),
      figure(number("suppressed"), word("suppressed").toLowerCase(), "bad", "suppressed"),
      figure(number("leftout"), word("leftout").toLowerCase(), "mind", "leftout"),
    ].filter(Boolean);
    const causes = (isWhy) => about.causes.map(([why, n, what], place) => ({ why, n, what, place }))
      .filter(({ why }) => why === isWhy).sort((a, b) => b.n - a.n)
      .map(({ n, what, place }) => make("li", { class: isWhy ? "bad" : "mind" },
        make("button", { type: "button", onclick: () => { filter("cause" + place); document.body.classList.remove("reading"); } },
          make("b", {}, numbers.format(n)), make("span", {}, what))));
    const part = (title, items) => items.length ? [make("h3", {}, title), make("ul", { class: "causes" }, ...items)] : [];
    const facts = make("dl", { class: "facts" });
    const fact = (name, ...value) => facts.append(make("dt", {}, word(name)), make("dd", {}, ...value));
    fact("seal", make("code", {}, about.seal));
    fact("made", about.made + " · " + count("rows", about.rows));
    fact("takes", about.takes === null ? word("asfast") : word("atleast").replace("{}", about.takes));
    fact("through", about.relay ?? word("outbox"));
    fact("sizes", `${word("whole")} ${about.whole} · ${word("largest")} ${about.largest}`);
    const files = about.shared.flatMap((file) => [attached(file, file[0]), " " + file[1] + " (" + word("everyone") + ") "]);
    if (about.own) files.push(word("ownfiles").replace("{}", numbers.format(about.own)));
    if (files.length) fact("attachments", ...files);
    const domains = about.domains.map(([domain, n]) => `${domain} ${numbers.format(n)}`).join(" · ");
    if (domains) fact("domains", numbers.format(about.domains.length + about.moredomains) + ": " + domains + (about.moredomains ? " · " + word("moredomains").replace("{}", numbers.format(about.moredomains)) : ""));
    const pane = at("pane");
    pane.className = "overview";
    pane.replaceChildren(make("button", { type: "button", class: "tool back", onclick: back }, "‹ " + word("back")),
      make("h2", {}, document.title), ...(outcomes.length ? [make("h3", {}, word("answers")), make("div", { class: "figures" }, ...outcomes)] : []),
      make("div", { class: "figures" }, ...figures), facts,
      ...part(word("why"), causes(true)), ...part(word("look"), causes(false)), make("p", { class: "keys" }, word("keys")));
    at("sheet").replaceChildren();
    draw();
  };
  const strip = () => {
    // The same numbers as the filters show.
    const [blocked, look] = [number("blocked"), number("doubts")];
    const went = about.outcomes.reduce((sum, [, , n]) => sum + n, 0);
    at("strip").replaceChildren(make("b", {}, count("letters", about.letters)), ...(went ? [" · " + word("went") + " " + numbers.format(went)] : []),
      ...(look ? [" · ", make("span", { class: "mind" }, word("doubts").toLowerCase() + " " + numbers.format(look))] : []),
      ...(blocked ? [" · ", make("span", { class: "bad" }, word("blocked").toLowerCase() + " " + numbers.format(blocked))] : []),
      " · " + word("seal").toLowerCase() + " " + about.seal);
  };

  // What is being looked at stands in the address, so that a look can be passed on and come back to.
  const remember = () => {
    const parts = new URLSearchParams();
    if (state.row) parts.set("row", state.row);
    if (state.view !== "letter") parts.set("view", state.view);
    if (state.query) parts.set("q", state.query);
    if (state.filter !== "all") parts.set("filter", state.filter);
    if (state.order !== "list") parts.set("order", state.order);
    try { history.replaceState(null, "", "#" + parts); } catch { /* Some browsers forbid it from a file. */ }
  };
  const recall = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    state.query = parts.get("q") ?? "";
    const wanted = parts.get("filter") ?? "all";
    state.filter = wanted in FILTERS || /^(cause\d+|is-[a-z_]+)$/.test(wanted) ? wanted : "all";
    state.order = parts.get("order") ?? "list";
    state.view = parts.get("view") ?? "letter";
    state.row = Number(parts.get("row")) || 0;
    at("search").value = state.query;
    at("order").value = state.order;
  };

  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target === at("search");
    const does = {
      ArrowDown: () => step(1), ArrowUp: () => step(-1),
      PageDown: () => step(10), PageUp: () => step(-10),
      Escape: () => {
        if (isTyping && state.query) { at("search").value = ""; search(); } else if (isTyping) at("list").focus(); else if (document.body.classList.contains("reading")) back();
      },
      Enter: () => { if (isTyping) { step(position() < 0 ? 1 : 0); at("list").focus(); } },
      ...(isTyping ? {} : {
        KeyJ: () => step(1), KeyK: () => step(-1), Slash: () => { at("search").focus(); at("search").select(); },
        Home: () => jump(0), End: () => jump(shown.length - 1),
        Digit1: () => turn("letter"), Digit2: () => turn("text"), Digit3: () => turn("pdf"), Digit4: () => turn("source"),
      }),
    };
    // By the key's place: on a Russian keyboard J is О, K is Л, and / is a dot.
    const act = does[event.code] ?? does[event.key] ?? (event.key === "/" && !isTyping ? does.Slash : null);
    if (!act || (event.target === at("order"))) return;
    if (event.code === "Enter" && !isTyping) return;
    event.preventDefault();
    act();
  };
  const search = () => {
    state.query = at("search").value;
    at("list").scrollTop = 0;
    refine();
    remember();
  };

  const begin = async () => {
    recall();
    at("search").addEventListener("input", search);
    at("order").addEventListener("change", () => { state.order = at("order").value; at("list").scrollTop = 0; refine(); remember(); });
    at("overview").addEventListener("click", () => { overview(); document.body.classList.add("reading"); remember(); });
    at("list").addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
    addEventListener("resize", () => requestAnimationFrame(draw));
    addEventListener("keydown", keys);
    try {
      await load("data/about.js");
      for (let chunk = 0; chunk < about.chunks; chunk++) {
        await load(`data/list-${chunk}.js`);
        if (chunk === 0) { strip(); refine(); }
      }
    } catch { return broken(); }
    const shapes = new Map();
    for (const line of lines) if (hasLetter(line)) shapes.set(line[SHAPE], (shapes.get(line[SHAPE]) ?? 0) + 1);
    usual = [...shapes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
    strip();
    chips();
    refine();
    if (state.row && ownLine()) choose(state.row); else overview();
    document.documentElement.dataset.ready = "yes";
  };
  queueMicrotask(begin);

  return {
    about: (value) => { about = value; },
    list: (chunk, more) => {
      for (const line of more) {
        lines.push(line);
        hay.push(fold([line[NAME], line[ADDRESS], line[ORGANISATION], line[POSITION], line[NUMBER], line[OTHERS], line[BY]].join("\n")));
      }
    },
    letters: (number, letters) => { shards.set(number, letters); },
  };
})();
