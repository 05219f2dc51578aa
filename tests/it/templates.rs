//! Templates that include others, and templates that would never end.

use std::fs;

use crate::support::Campaign;

fn html_of(campaign: &Campaign) -> String {
    campaign.run(["show", "--html"]).code(0).out
}

#[test]
fn a_template_of_ones_own_inherits_and_includes() {
    let campaign = Campaign::new()
        .letter_table("html = \"letter.html\"")
        .file(
            "letter.html",
            "{% extends \"parts/base.html\" %}{% block main %}<b>{{ recipient.surname }}</b>{{ body }}{% endblock %}",
        )
        .file(
            "parts/base.html",
            "<html><body>{% include \"parts/head.html\" %}{% block main %}{% endblock %}</body></html>",
        )
        .file("parts/head.html", "<i>{{ row[\"Район\"] }}</i>")
        .write();
    let html = html_of(&campaign);
    assert!(html.starts_with("<html><body><i>Северный</i><b>Ильина</b><p"), "{html}");
    let seal = || campaign.run(["check", "--json"]).summary()["seal"].clone();
    let before = seal();
    fs::write(campaign.path().join("parts/head.html"), "<i>{{ row[\"Район\"] }}.</i>").unwrap();
    assert_ne!(seal(), before);
}

#[test]
fn a_cell_stays_text_in_an_included_template() {
    let campaign = Campaign::new()
        .contacts(&crate::support::THREE.replace("Северный", "<script>alert(1)</script>{{ x }}"))
        .letter("Письмо. {% include \"part.md\" %}")
        .file("part.md", "Район: {{ row[\"Район\"] }}")
        .write();
    let html = html_of(&campaign);
    assert!(html.contains("Район: &lt;script&gt;alert(1)&lt;/script&gt;{{ x }}"), "{html}");
}

#[test]
fn a_mistake_in_an_included_template_is_told_there() {
    let campaign = Campaign::new()
        .letter("Да.\n{% include \"part.md\" %}")
        .file("part.md", "первая\n{{ row[\"Раён\"] }}")
        .write();
    campaign.run(["check"]).code(3).says("part.md:2:4: 3 rows").says("Район");
    fs::remove_file(campaign.path().join("part.md")).unwrap();
    campaign.run(["check"]).code(3).says("part.md: there is no such file");
}

/// Tera compares what is not there without a word, and the letter would lack what was meant for
/// some.
#[test]
fn a_column_that_is_not_there_is_told_in_a_comparison_too() {
    let campaign = Campaign::new()
        .letter("Да.\n{% if row['Раион'] == 'Южный' %}юг{% endif %}{# row['нет'] #}{% if row['Тел'] is defined %}{{ row['Тел'] }}{% endif %} {% include \"part.md\" %}")
        .file("part.md", "{% if row[\"Имечко\"] == \"\" %}да{% endif %}")
        .write();
    let checked = campaign
        .run(["check"])
        .code(3)
        .says("letter.md:2:7")
        .says("\"Раион\"")
        .says("part.md:1:7: ");
    assert!(
        !checked.err.contains("\"нет\"") && !checked.err.contains("\"Тел\""),
        "{}",
        checked.err
    );
}

#[test]
fn a_circle_of_templates_is_named() {
    let campaign = Campaign::new().letter("Да. {% include \"letter.md\" %}").write();
    campaign.run(["check"]).code(3).says("letter.md").says("includes or extends itself");
    let two = Campaign::new()
        .letter("{% include \"a.md\" %}")
        .file("a.md", "{% include \"letter.md\" %}")
        .write();
    two.run(["check"]).code(3).says("includes or extends itself");
}

#[test]
fn a_template_that_prints_on_and_on_is_ended() {
    let long = "{% for i in range(end=90000) %}".to_owned() + &"слово ".repeat(30) + "{% endfor %}";
    Campaign::new().letter(&long).write().run(["check"]).code(3).says("produces more than 8 MB");
    let silent =
        "Да.{% for i in range(end=90000) %}{% for j in range(end=90000) %}{% endfor %}{% endfor %}";
    Campaign::new().letter(silent).write().run(["check"]).code(3).says("exceed 100,000 steps");
}

#[test]
fn quotes_lists_and_bold_text_have_a_depth() {
    for letter in [
        ">".repeat(100_000),
        "- ".repeat(100_000),
        "> 1. ".repeat(20),
        (0..1000).map(|depth| format!("{}- да\n", "  ".repeat(depth))).collect(),
        "*да **да ".repeat(40) + &"да** да* ".repeat(40),
        "{% for i in range(end=90000) %}>{% endfor %}".to_owned(),
    ] {
        let letter = format!("{letter} да\n");
        let campaign = Campaign::new().letter(&letter).write();
        campaign.run(["check"]).code(3).says("letter.md").says("more than 32 deep");
    }
    let deep = format!("{} да\n\n{}да\n", "> ".repeat(32), "- ".repeat(31));
    Campaign::new().letter(&deep).write().run(["check"]).code(0);
}

#[test]
fn templates_and_settings_have_a_size() {
    let long = "слово ".repeat(100_000);
    let campaign = Campaign::new().letter(&long).write();
    campaign.run(["check"]).code(3).says("letter.md").says("too large");
    let campaign = Campaign::new().with(&format!("# {long}")).write();
    campaign.run(["check"]).code(3).says("campaign.toml").says("too large");
    let authority = "[smtp]\nhost = \"mail.here.test\"\nca_file = \"ca.pem\"\n";
    let campaign = Campaign::new().with(authority).file("ca.pem", &long).write();
    campaign.run(["check"]).code(3).says("ca.pem").says("too large");
    let key = "[dkim]\nselector = \"a\"\nkey = \"key.pem\"\n";
    let campaign = Campaign::new().with(key).write();
    crate::support::private(&campaign.path().join("key.pem"), &long);
    campaign.run(["check"]).code(3).says("key.pem").says("too large");
}

#[test]
fn templates_that_include_others_without_end_are_refused() {
    let mut campaign = Campaign::new().letter("Да. {% include \"0.md\" %}\n");
    for n in 0..200 {
        let next = format!("{{% include \"{}.md\" %}}", n + 1);
        campaign = campaign.file(&format!("{n}.md"), next);
    }
    campaign.write().run(["check"]).code(3).says("more than 100 others");
}

#[test]
fn findings_of_one_kind_are_counted() {
    let letter = "Да <font>нет</font>.\n".repeat(5000);
    let checked = Campaign::new().letter(&letter).write().run(["check"]).code(0);
    assert!(checked.err.contains("9980 more like the ones above"), "{}", checked.err);
    let unknown: String = (0..3000).map(|n| format!("{{{{ none{n} }}}}\n")).collect();
    Campaign::new().letter(&unknown).write().run(["check"]).code(3).says("more like the ones");
}

#[test]
fn tags_without_end_stay_text() {
    let letter = "<b>".repeat(50_000) + "да" + &"</b>".repeat(50_000) + "\n";
    Campaign::new().letter(&letter).write().run(["check"]).code(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_value_that_grows_in_a_loop_is_stopped() {
    for growth in [
        "{% set_global x = x ~ x %}",
        "{% set_global x = x | replace(from=\"a\", to=x) %}",
        "{% set_global x = x ~ [x, x] %}",
    ] {
        let letter = format!(
            "{{% set x = \"aaaaaaaa\" %}}{{% for i in range(end=60) %}}{growth}{{% endfor %}}Да."
        );
        let campaign = Campaign::new().letter(&letter).write();
        campaign.run(["check"]).code(3).says("letter.md").says("too much time or memory");
        let ran = campaign.run(["check", "--json"]).code(3);
        assert!(ran.out.contains("letter_never_ends"), "{}", ran.out);
        assert_eq!(ran.summary()["errors"], 1);
    }
}

#[test]
#[ignore = "takes ten seconds without optimisation"]
fn a_loop_without_end_is_stopped() {
    let silent = "{% set a = range(end=30000) %}Да.{% for i in a %}{% for j in a %}{% for k in a %}{% endfor %}{% endfor %}{% endfor %}";
    let campaign = Campaign::new().letter(silent).write();
    for command in ["check", "preview", "show", "send"] {
        campaign.run([command]).code(3).says("too much time or memory");
    }
    assert!(!campaign.path().join("outbox").exists());
}
