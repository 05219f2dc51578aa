//! Selects rows by an expression in Tera's language over the columns of the list.

use std::collections::BTreeMap;

use serde_json::Value;

use super::TemplateSource;
use super::template::{Environment, OutputFormat, Template};
use super::values::{TextMap, Values, is_identifier};
use crate::problem::{Fault, LetterFault, Place, Problem};
use crate::recipient::Cells;

/// An expression such as `row["Регион"] == "Томская область"`.
pub(crate) struct RowFilter {
    template: Template,
    origin: Place,
}

impl RowFilter {
    /// Reads an expression. `origin` is where it was written, `values` the campaign's own.
    ///
    /// # Errors
    /// What Tera does not understand, and names that are neither a column nor a value.
    pub(crate) fn new(
        expression: &str,
        origin: &Place,
        headings: &[String],
        values: &BTreeMap<String, Value>,
    ) -> Result<Self, Vec<Problem>> {
        if expression.contains("%}") || expression.contains("{%") {
            return Err(vec![Problem::error(
                origin.clone(),
                LetterFault::Condition { detail: "{% %}".into() },
            )]);
        }
        let text = format!("{{% if {expression} %}}1{{% endif %}}");
        let at_origin = |problem: Problem| of_condition(problem, origin);
        let source = TemplateSource { name: origin.file.to_string(), text };
        let environment = Environment { values, partials: &[] };
        let template = Template::new(&source, OutputFormat::Plain, environment, None);
        let template = template.map_err(|problem| vec![at_origin(problem)])?;
        let columns = headings.iter().filter(|heading| is_identifier(heading)).cloned();
        let known: Vec<String> =
            columns.chain(values.keys().cloned()).chain(["row".to_owned()]).collect();
        let unknown =
            template.unknown_names(&known).into_iter().chain(template.unknown_columns(headings));
        let problems: Vec<Problem> = unknown.map(at_origin).collect();
        if problems.is_empty() {
            Ok(Self { template, origin: origin.clone() })
        } else {
            Err(problems)
        }
    }

    /// Whether the expression holds for a row.
    pub(crate) fn keeps(&self, headings: &[String], cells: &Cells) -> Result<bool, Problem> {
        let mut values = Values::default();
        for (heading, cell) in headings.iter().zip(cells.iter()) {
            if is_identifier(heading) && self.template.uses(heading) {
                values.text(heading.clone(), cell);
            }
        }
        if self.template.uses("row") {
            values.map("row", TextMap::default().filled(headings, cells));
        }
        let printed = self.template.render(&values, headings);
        printed.map(|text| text == "1").map_err(|problem| of_condition(problem, &self.origin))
    }
}

/// Turns a problem of the template into one of the expression that it was made from.
fn of_condition(problem: Problem, origin: &Place) -> Problem {
    let fault = match problem.fault {
        Fault::Letter(LetterFault::Template { detail }) => LetterFault::Condition { detail }.into(),
        fault => fault,
    };
    Problem { place: origin.clone(), fault, ..problem }
}
