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
