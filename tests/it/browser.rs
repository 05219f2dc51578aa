//! The gallery in a real Chromium, from a file and offline: a script added to a copy of the page
//! presses keys and leaves its findings in the page.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::inbox::{BOUNCE, REPLY, Sent};
use crate::support::Campaign;

/// Runs `steps`, the body of an async function, in the page of a preview; gives what it returned.
fn drive(campaign: &Path, hash: &str, window: &str, steps: &str) -> Value {
    let folder = campaign.join("preview");
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    let nonce = page.split("nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    let driver = format!(
        "<script nonce=\"{nonce}\">
        const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
        const until = async (holds) => {{ for (let i = 0; i < 400; i++) {{ if (holds()) return; await sleep(10); }} throw new Error('never: ' + holds); }};
        const all = (what) => [...document.querySelectorAll(what)];
        const one = (what) => document.querySelector(what);
        const press = (code, on = document.body) => on.dispatchEvent(new KeyboardEvent('keydown', {{ code, key: code, bubbles: true, cancelable: true }}));
        const type = (text) => {{ one('#search').value = text; one('#search').dispatchEvent(new Event('input')); }};
        const chosen = () => one('.item.on .name span')?.textContent;
        let violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI));
        (async () => {{
          let result;
          try {{ await until(() => document.documentElement.dataset.ready); result = await (async () => {{ {steps} }})(); }}
          catch (error) {{ result = {{ failed: String(error) }}; }}
          const pre = document.createElement('pre'); pre.id = 'seen'; pre.textContent = JSON.stringify(result); document.body.append(pre);
        }})();
        </script></body>"
    );
    let driven = folder.join("driven.html");
    fs::write(&driven, page.replace("</body>", &driver)).unwrap();
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--dump-dom",
            "--virtual-time-budget=20000",
        ])
        .arg(format!("--window-size={window}"))
        .arg(format!("--user-data-dir={}", campaign.join("profile").display()))
        .arg(format!("file://{}{hash}", driven.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    let seen = dom
        .split("<pre id=\"seen\">")
        .nth(1)
        .unwrap_or_else(|| panic!("{dom}"))
        .split("</pre>")
        .next()
        .unwrap();
    let seen = seen
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    let value: Value = serde_json::from_str(&seen).unwrap();
    assert!(value.get("failed").is_none(), "{value}");
    value
}

#[test]
#[ignore = "needs Chromium"]
fn a_person_finds_filters_and_turns_pages_with_the_keyboard() {
    let rows = "a@one.test;Ильина;Анна;Петровна;;;Тверь\nb@two.test;Королёв;Борис;;;Королёву Б.;Бор\nc@@x;Седых;Вера;Львовна;;;Тула\nd@four.test;Цой;Вера;Львовна;;;Тула\n";
    let campaign = Campaign::new()
        .contacts(&format!("email;Фамилия;Имя;Отчество;position_dative;name_dative;Город\n{rows}"))
        .letter(
            "{{ addressee.name }}, {{ recipient.patronymic }}{% if row['Город'] == 'Тула' %}\n\n- раз\n{% endif %}\n",
        )
        .write();
    campaign.run(["preview"]).code(3);
    let seen = drive(
        campaign.path(),
        "",
        "1366,768",
        "const seen = { rows: all('.item').length, summary: one('#pane').innerText };
        press('KeyJ'); await until(() => one('.body iframe')); seen.first = chosen();
        press('ArrowDown'); await until(() => chosen() !== seen.first); seen.second = chosen();
        press('KeyK'); await until(() => chosen() === seen.first);
        press('Digit2'); await until(() => one('.body pre')); seen.text = one('.body pre').textContent;
        press('Digit4'); await until(() => one('.body pre').textContent.includes('MIME-Version')); seen.subject = one('.head h2').textContent;
        press('Slash'); seen.focused = document.activeElement.id;
        type('королев'); await until(() => all('.item').length === 1); seen.found = one('.item .at').textContent;
        press('Escape', one('#search')); await until(() => all('.item').length === 4); seen.cleared = one('#search').value;
        const chip = (name) => one('.chip.' + name).click();
        const names = () => all('.item .at').map((e) => e.textContent).join(' ');
        chip('blocked'); await until(() => all('.item').length === 1); seen.blocked = names();
        one('.item').click(); await until(() => one('.told .error')); seen.told = one('.told').innerText; seen.none = one('.body').innerText;
        chip('nopatronymic'); seen.nopatronymic = names();
        chip('odd'); seen.odd = names();
        chip('all'); one('#order').value = 'long'; one('#order').dispatchEvent(new Event('change')); seen.longest = one('.item .at').textContent;
        seen.hash = location.hash; seen.violations = violations; return seen;",
    );
    assert_eq!(seen["rows"], 4);
    let has = |name: &str, text: &str| {
        assert!(seen[name].as_str().unwrap().contains(text), "{name}: {seen}");
    };
    has("summary", "will be sent");
    has("summary", "two.test 1");
    has("first", "Ильина Анна");
    has("second", "Королёв Борис");
    has("text", "А.П., Петровна");
    has("subject", "О семинаре");
    assert_eq!([&seen["focused"], &seen["cleared"]], ["search", ""]);
    has("found", "b@two.test");
    has("blocked", "c@@x");
    has("told", "it has two @");
    has("none", "no letter");
    assert_eq!(seen["nopatronymic"], "b@two.test");
    assert_eq!(seen["odd"], "d@four.test");
    has("longest", "d@four.test");
    has("hash", "order=long");
    assert_eq!(seen["violations"], serde_json::json!([]));
}

#[test]
#[ignore = "needs Chromium"]
fn a_mailing_that_has_gone_is_filtered_by_what_came_back() {
    let sent = Sent::new();
    sent.comes("1", BOUNCE);
    sent.comes("2", &REPLY.replace("Спасибо", "<img src=x onerror=document.title='run'>Спасибо"));
    sent.read().code(0);
    sent.campaign.run(["preview", "--lang", "ru"]).code(0);
    let seen = drive(
        sent.campaign.path(),
        "",
        "1200,800",
        "const figures = all('button.figure').map((it) => it.textContent);
         one('.figure.outcome.replied').click();
         await until(() => all('.item').length === 1);
         const shown = all('.item').map((it) => it.textContent);
         all('.item')[0].click();
         await until(() => one('p.outcome'));
         const told = one('p.outcome').textContent;
         const chip = one('.chip[aria-pressed=true]').textContent;
         one('.chip.silent').click();
         await until(() => one('.item .name').textContent !== shown[0]);
         const silent = all('.item .at').map((it) => it.textContent);
         return { figures, shown, told, chip, silent, hash: location.hash, title: document.title,
                  images: all('p.outcome img').length, violations };",
    );
    assert_eq!(seen["figures"], json!(["1ответили", "1не доставлено", "1нет ответа"]), "{seen}");
    let shown = seen["shown"][0].as_str().unwrap();
    assert!(shown.contains("boris@two.test") && shown.contains("ответили"), "{seen}");
    let told = seen["told"].as_str().unwrap();
    assert!(told.contains("Борис Цой <boris@two.test>"), "{told}");
    assert!(told.contains("<img src=x onerror=document.title='run'>Спасибо, буду."), "{told}");
    assert_eq!(seen["chip"], "ответили1", "{seen}");
    assert_eq!(seen["silent"], json!(["vera@three.testнет ответа"]), "{seen}");
    assert!(seen["hash"].as_str().unwrap().contains("filter=is-silent"), "{seen}");
    assert_eq!((&seen["images"], &seen["violations"]), (&json!(0), &json!([])), "{seen}");
    assert_ne!(seen["title"], "run");
}

#[test]
#[ignore = "needs Chromium"]
fn a_number_of_the_summary_shows_its_own_rows() {
    let list = "email;Фамилия;Имя;Отчество;name_dative
anna@one.test;Ильина;Анна;Петровна;Ильиной А.П.
anna@one.test;Ильина;Анна;Петровна;Ильиной А.П.
bad@@two.test;Цой;Борис;Львович;Цою Б.Л.
worse@@two.test;Цой;Борис;Львович;Цою Б.Л.
no@three.test;Седых;Вера;Львовна;Седых В.Л.
oleg@four.test;Ким;Олег;Львович;Киму О.Л.
";
    let campaign = Campaign::new()
        .contacts(list)
        .contacts_table("duplicates = \"first\"")
        .letter("{{ addressee.name }}")
        .write();
    campaign.run(["suppress", "--add", "no@three.test", "--reason", "asked"]).code(0);
    campaign.run(["preview"]);
    let seen = drive(
        campaign.path(),
        "",
        "1366,768",
        "const at = () => all('.item .at').map((e) => e.textContent);
        const summary = () => one('#overview').click();
        const number = (e) => Number(e.querySelector('b').textContent);
        const shown = async (element) => { const n = number(element), what = element.innerText; element.click(); await until(() => all('.item').length === n); return [what, at()]; };
        const seen = { figures: [], causes: [] };
        for (let i = 0; i < all('button.figure').length; i++) { seen.figures.push(await shown(all('button.figure')[i])); one('.chip.all').click(); }
        const chips = Object.fromEntries(all('.chip').map((e) => [e.className.replace('chip ', ''), number(e)]));
        for (let i = 0; i < all('.causes button').length; i++) { seen.causes.push(await shown(all('.causes button')[i])); seen.chip = one('.chip.cause').innerText; one('.chip.cause').click(); }
        seen.chips = chips; return seen;",
    );
    let chips = |name: &str| seen["chips"][name].as_u64();
    assert_eq!(
        ["all", "willgo", "blocked", "suppressed", "leftout"].map(chips),
        [6, 2, 2, 1, 1].map(Some),
        "{seen}"
    );
    let rows = |of: &str, words: &str| {
        let found = seen[of].as_array().unwrap().iter();
        let mut found = found.filter(|it| it[0].as_str().unwrap().contains(words));
        found.next().unwrap_or_else(|| panic!("{words}: {seen}"))[1].clone()
    };
    let bad = serde_json::json!(["bad@@two.test", "worse@@two.test"]);
    assert_eq!(rows("figures", "cannot be sent"), bad);
    assert_eq!(rows("causes", "two @"), bad);
    assert_eq!(rows("causes", "has been suppressed"), serde_json::json!(["no@three.test"]));
    assert_eq!(rows("figures", "left out"), serde_json::json!(["anna@one.test"]));
}

#[test]
#[ignore = "needs Chromium"]
fn hostile_cells_do_nothing_in_a_browser() {
    let hostile = [
        "<script>top.document.title='hacked'</script>",
        "</iframe><img src=x onerror=\"top.document.title='hacked'\">",
        "</script><script>document.title='hacked'</script>",
        "javascript:document.title='hacked'",
        "]]><svg onload=document.title='hacked'>",
        "\u{2028}document.title='hacked'//\u{2029}",
        "<style>*{display:none}</style>",
        "{{ 7 * 7 }}\\u003c",
    ];
    let rows: String = hostile
        .iter()
        .enumerate()
        .map(|(i, cell)| format!("h{i}@one.test;\"{}\";д;«»\n", cell.replace('"', "\"\"")))
        .collect();
    // A template of the user's own may hold what it likes: the frame runs none of it.
    let campaign = Campaign::new()
        .contacts(&format!("email;name_dative;position_dative;salutation\n{rows}"))
        .subject("{{ addressee.name }}")
        .letter("{{ addressee.name }}\n")
        .write();
    let toml = campaign.path().join("campaign.toml");
    let text =
        fs::read_to_string(&toml).unwrap().replace("body =", "html = \"letter.html\"\nbody =");
    fs::write(&toml, text).unwrap();
    fs::write(
        campaign.path().join("letter.html"),
        "<!doctype html><html><head><base href=\"http://192.0.2.1/\"><meta http-equiv=refresh content=\"0;url=http://192.0.2.1/\"><script>top.document.title='hacked';parent.hacked=1</script></head><body onload=\"top.document.title='hacked'\"><b>{{ addressee.name }}</b>{{ body }}<img src=\"http://192.0.2.1/x.png\"><form action=\"http://192.0.2.1/\"><input autofocus></form></body></html>",
    )
    .unwrap();
    let ran = campaign.run(["preview"]);
    assert!(ran.out.contains("composed"), "{}{}", ran.out, ran.err);
    let seen = drive(
        campaign.path(),
        "",
        "1366,768",
        "const title = document.title, seen = { subjects: [], frames: [] };
        for (const item of all('.item').map((e) => e.id)) {
          one('#' + CSS.escape(item)).click(); await until(() => one('.item.on')?.id === item && one('.body iframe'));
          await sleep(60);
          seen.subjects.push(one('.head h2').textContent);
          seen.frames.push(one('.body iframe').getAttribute('sandbox') + one('.body iframe').srcdoc.includes('Content-Security-Policy'));
          let inside = null; try { inside = one('.body iframe').contentDocument; } catch { inside = null; }
          seen.inside = inside;
          seen.sheet = one('#sheet').querySelectorAll('script, iframe, form, input, base, [onerror], [onload], img').length;
        }
        seen.title = document.title === title; seen.hacked = window.hacked ?? null; seen.visible = one('#top').offsetHeight > 0;
        seen.scripts = document.scripts.length; return seen;",
    );
    let subjects = seen["subjects"].as_array().unwrap();
    assert!(subjects.len() >= 7, "{seen}");
    assert!(
        subjects.iter().any(|subject| subject.as_str().unwrap().contains("</iframe><img src=x")),
        "{seen}"
    );
    assert!(seen["frames"].as_array().unwrap().iter().all(|frame| frame == "true"), "{seen}");
    assert_eq!(
        [&seen["title"], &seen["hacked"], &seen["visible"], &seen["inside"], &seen["sheet"]],
        [&Value::Bool(true), &Value::Null, &Value::Bool(true), &Value::Null, &Value::from(0)],
        "{seen}"
    );
    // Nothing of this stands in the page itself: it comes as data.
    let page = fs::read_to_string(campaign.path().join("preview/index.html")).unwrap();
    assert!(!page.contains("hacked"));
}

#[test]
#[ignore = "needs Chromium"]
fn a_narrow_screen_shows_the_list_and_then_the_letter() {
    let campaign = Campaign::new().write();
    campaign.run(["preview", "--lang", "ru"]).code(0);
    let seen = drive(
        campaign.path(),
        "",
        "500,900",
        "const shown = (what) => one(what).offsetWidth > 0, seen = { before: [shown('#side'), shown('#pane')] };
        one('.item').click(); await until(() => one('.body iframe')); seen.reading = [shown('#side'), shown('#pane')];
        seen.wide = document.documentElement.scrollWidth <= innerWidth;
        one('.tool.back').click(); seen.after = [shown('#side'), shown('#pane')]; seen.words = document.body.innerText; return seen;",
    );
    assert_eq!(
        [&seen["before"], &seen["reading"], &seen["after"]],
        [
            &serde_json::json!([true, false]),
            &serde_json::json!([false, true]),
            &serde_json::json!([true, false])
        ]
    );
    assert_eq!(seen["wide"], true);
    assert!(seen["words"].as_str().unwrap().contains("3 из 3"), "{seen}");
}

/// Speed is told, never asserted.
#[test]
#[ignore = "needs Chromium"]
fn twenty_thousand_letters_can_be_looked_through() {
    let campaign = Campaign::new().people(20_000).write();
    campaign.run(["preview", "--quiet"]).code(0);
    let seen = drive(
        campaign.path(),
        "",
        "1366,768",
        "const seen = { rows: all('.item').length, found: one('#found').textContent, paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null };
        const time = (does) => { const start = performance.now(); does(); one('#rows').getBoundingClientRect(); return performance.now() - start; };
        seen.search = time(() => type('район 19998')); seen.hits = all('.item').length;
        seen.clear = time(() => type(''));
        seen.sort = time(() => { one('#order').value = 'name'; one('#order').dispatchEvent(new Event('change')); });
        one('#order').value = 'list'; one('#order').dispatchEvent(new Event('change'));
        press('End'); await until(() => chosen() && one('.body iframe')); seen.last = one('.item.on .at').textContent;
        seen.elements = document.querySelectorAll('*').length; seen.loaded = performance.getEntriesByType('resource').length; return seen;",
    );
    println!("{seen}");
    assert_eq!(
        [&seen["hits"], &seen["last"]],
        [&Value::from(1), &Value::from("p19999@many.test")],
        "{seen}"
    );
    assert!(
        seen["rows"].as_u64().unwrap() < 40 && seen["elements"].as_u64().unwrap() < 600,
        "{seen}"
    );
}

/// Collects what browsers ask of this address; whoever runs an attachment calls it.
fn beacon() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut line = String::new();
            let _ = BufReader::new(&stream).read_line(&mut line);
            kept.lock().unwrap().push(line.split(' ').nth(1).unwrap_or_default().to_owned());
            let _ = (&stream).write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        }
    });
    (port, asked)
}

/// Opens a file as a click on its link does. A browser that saves it instead never ends by itself.
fn open_in(browser: &str, campaign: &Path, file: &Path) {
    let url = format!("file://{}", file.display());
    let profile = campaign.join(format!("{browser}-profile"));
    fs::create_dir_all(&profile).unwrap();
    let mut command = Command::new("timeout");
    command.args(["20", browser, "--headless"]);
    if browser == "chromium" {
        command.args(["--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=3000"]);
        command.arg(format!("--user-data-dir={}", profile.display()));
    } else {
        command.arg("--profile").arg(&profile).arg("--screenshot").arg(campaign.join("seen.png"));
    }
    command.arg(url).current_dir(campaign).output().unwrap();
}

#[test]
#[ignore = "needs Chromium and Firefox"]
fn a_click_on_an_attachment_runs_nothing() {
    let (port, asked) = beacon();
    let home = |name: &str| format!("http://127.0.0.1:{port}/{name}");
    let page = |name: &str| {
        format!(
            "<html><body><script>new Image().src='{0}'</script><img src='{0}'></body></html>",
            home(name)
        )
    };
    let svg = |name: &str| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg'><script>new Image().src='{0}'</script><image href='{0}'/></svg>",
            home(name)
        )
    };
    let xhtml = |name: &str| {
        format!(
            "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><img src='{}' alt=''/></body></html>",
            home(name)
        )
    };
    let mht =
        |name: &str| format!("MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n{}", page(name));
    let files = [
        ("page.html", page("html")),
        ("drawing.svg", svg("svg")),
        ("page.xhtml", xhtml("xhtml")),
        ("page.xml", xhtml("xml")),
        ("page.mht", mht("mht")),
        ("page", page("none")),
        ("page.docx", page("docx")),
        ("page.htm", page("htm") + "\0"),
        ("page.unknown", page("unknown")),
        ("page.pdf", page("pdf")),
        ("page.txt", page("txt")),
    ];
    let names: Vec<String> = files.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let mut campaign = Campaign::new();
    for (name, content) in &files {
        campaign = campaign.file(name, content);
    }
    let campaign = campaign.letter_table(&format!("attachments = [{}]", names.join(", "))).write();
    campaign.run(["preview"]).code(0);
    let seen = drive(
        campaign.path(),
        "",
        "1366,768",
        "const links = () => all('#pane dd a').map((a) => a.getAttribute('href')); const seen = { overview: links() };
        press('KeyJ'); await until(() => one('.body iframe')); seen.letter = links(); return seen;",
    );
    assert_eq!(seen["letter"].as_array().unwrap().len(), files.len(), "{seen}");
    assert_eq!(seen["letter"], seen["overview"]);
    for browser in ["chromium", "firefox-esr"] {
        for link in seen["letter"].as_array().unwrap() {
            let path = campaign.path().join("preview").join(link.as_str().unwrap());
            assert!(path.exists(), "{link}");
            open_in(browser, campaign.path(), &path);
        }
        assert_eq!(*asked.lock().unwrap(), Vec::<String>::new(), "{browser}");
        // The files themselves do call: so a gallery that opened them would be found out.
        for name in ["page.html", "drawing.svg", "page.xhtml"] {
            open_in(browser, campaign.path(), &campaign.path().join(name));
        }
        let asked: Vec<String> = std::mem::take(&mut asked.lock().unwrap());
        for name in ["/html", "/svg", "/xhtml"] {
            assert!(asked.iter().any(|path| path == name), "{browser}: {name} in {asked:?}");
        }
    }
}
