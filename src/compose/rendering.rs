//! One letter while its templates are rendered: its values, and the problems found so far.

use super::escape;
use super::template::Template;
use super::values::Values;
use crate::problem::{Fault, FormsFault, LetterFault, Place, Problem, Severity};
use crate::recipient::Recipient;
use crate::russian::forms::Forms;

pub(super) struct Rendering<'a> {
    pub recipient: &'a Recipient,
    pub forms: &'a Forms,
    pub values: Values,
    pub problems: Vec<Problem>,
    /// Whether the letter's language has cases.
    pub declines: bool,
}

impl Rendering<'_> {
    /// Renders a template; marks of empty values stay in, see [`escape`].
    pub(super) fn render_raw(&mut self, template: &Template) -> Option<String> {
        let rendered = template.render(&self.values, &self.recipient.headings);
        rendered.map_err(|problem| self.extend([problem])).ok()
    }

    /// Like [`Rendering::render_raw`], and reports the empty values.
    pub(super) fn render_marked(&mut self, template: &Template) -> Option<String> {
        let mut rendered = self.render_raw(template)?;
        if self.forms.is_without_person && template.mentions("addressee.name") {
            // An institution stands in the block by itself.
            for line_break in ["<br>", "<br/>", "<br />"] {
                rendered = rendered.replace(&format!("{line_break}{}", escape::GAP_TEXT), "");
            }
        }
        self.report_gaps(template, &rendered);
        Some(rendered)
    }

    /// Renders a template to its final text.
    pub(super) fn render(&mut self, template: &Template) -> Option<String> {
        self.render_marked(template).map(escape::without_gaps)
    }

    /// Reports each gap that an empty value leaves: an error if a form of the addressee is missing,
    /// else a warning.
    pub(super) fn report_gaps(&mut self, template: &Template, rendered: &str) {
        if !escape::has_gap(rendered) {
            return;
        }
        let forms = [
            ("addressee.position", &self.forms.position_dative, "position_dative"),
            ("addressee.name", &self.forms.name_dative, "name_dative"),
            ("salutation", &self.forms.salutation, "salutation"),
        ];
        let mut explained = false;
        for (name, form, declined) in forms {
            let column = self.column(declined);
            if form.is_empty() && template.mentions(name) {
                explained = true;
                let is_nobodys = name == "addressee.name" && self.forms.is_without_person;
                if is_nobodys && !self.forms.salutation.is_empty() {
                    continue;
                }
                let place = self.recipient.place.clone();
                let problem = Problem::error(
                    place,
                    FormsFault::FormMissing { column, used: template.place_where_named(name) },
                )
                .of_row(self.recipient.row, column);
                if !self.problems.contains(&problem) {
                    self.problems.push(problem);
                }
            }
        }
        if !explained {
            let gaps = escape::gaps(rendered);
            let places = template.empty_values(&self.values, gaps.len());
            let places = places.unwrap_or_else(|| vec![template.whole(); gaps.len()]);
            for (place, (before, after)) in places.into_iter().zip(gaps) {
                let fault = LetterFault::ValuePrintedEmpty { before, after };
                self.report_as(Severity::Warning, place, fault);
            }
        }
    }

    /// The column that fills in a form, where the forms of the language are those of the list.
    pub(super) fn column(&self, declined: &'static str) -> &'static str {
        match declined {
            "position_dative" if !self.declines => "position",
            "name_dative" if !self.declines => "surname",
            declined => declined,
        }
    }

    /// Reports an error that shows up in this recipient's letter.
    pub(super) fn report(&mut self, place: Place, fault: impl Into<Fault>) {
        self.report_as(Severity::Error, place, fault);
    }

    pub(super) fn report_as(&mut self, severity: Severity, place: Place, fault: impl Into<Fault>) {
        self.extend([Problem::error(place, fault).with_severity(severity)]);
    }

    /// Adds problems that show up in this recipient's letter.
    pub(super) fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        let Recipient { row, address, .. } = self.recipient;
        let problems = problems.into_iter().map(|problem| problem.of_row(*row, address.shown()));
        self.problems.extend(problems);
    }

    pub(super) fn has_error(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }
}
