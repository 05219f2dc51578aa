//! Which rows are meant: an expression in Tera's language over the columns of the list.

use std::collections::BTreeMap;

use serde_json::Value;

use super::is_identifier;
use super::template::{Fields, Form, Shared, Template, Values};
use crate::place::{Fault, Place, Problem};
use crate::recipient::Cells;

/// An expression such as `row["Регион"] == "Томская область"`.
pub struct Filter {
    template: Template,
    origin: Place,
}

impl Filter {
    /// Reads an expression. `origin` is where it was written, `values` the campaign's own.
    ///
    /// # Errors
    /// What Tera does not understand, and names that are neither a column nor a value.
    pub fn new(
        expression: &str,
        origin: &Place,
        headings: &[String],
        values: &BTreeMap<String, Value>,
    ) -> Result<Self, Vec<Problem>> {
        if expression.contains("%}") || expression.contains("{%") {
            return Err(vec![Problem::error(origin.clone(), Fault::Template { detail: "{% %}".into() })]);
        }
        let text = format!("{{% if {expression} %}}1{{% endif %}}");
        let at_origin = |problem: Problem| Problem { place: origin.clone(), ..problem };
        let template = Template::new(&origin.file, &text, Form::Plain, Shared { values, partials: &[] }, None);
        let template = template.map_err(|problem| vec![at_origin(problem)])?;
        let columns = headings.iter().filter(|heading| is_identifier(heading)).cloned();
        let known: Vec<String> = columns.chain(values.keys().cloned()).chain(["row".to_owned()]).collect();
        let problems: Vec<Problem> = template.unknown_names(&known).into_iter().map(at_origin).collect();
        if problems.is_empty() { Ok(Self { template, origin: origin.clone() }) } else { Err(problems) }
    }

    /// True where a row is meant.
    ///
    /// # Errors
    /// What could not be computed with these cells.
    pub fn keeps(&self, headings: &[String], cells: &Cells) -> Result<bool, Problem> {
        let mut values = Values::default();
        for (heading, cell) in headings.iter().zip(cells.iter()) {
            if is_identifier(heading) && self.template.uses(heading) {
                values.text(heading.clone(), cell);
            }
        }
        if self.template.uses("row") {
            values.fields("row", Fields::default().filled(headings, cells));
        }
        let printed = self.template.print(&values, headings);
        printed.map(|text| text == "1").map_err(|problem| Problem { place: self.origin.clone(), ..problem })
    }
}
