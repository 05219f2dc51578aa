//! Suggests the known name that was probably meant.

/// Returns the known name nearest to what was written, if one is near enough.
///
/// Compares by Damerau's distance without case; about a third of the letters may differ.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let written: Vec<char> = written.to_lowercase().chars().collect();
    known
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| (distance(&written, &name.to_lowercase().chars().collect::<Vec<_>>()), name))
        .filter(|(distance, name)| {
            *distance <= ((written.len().max(name.chars().count()) + 1) / 3).max(1)
        })
        .min()
        .map(|(_, name)| name.to_owned())
}

/// Counts the insertions, deletions, replacements and swaps of neighbours between two words.
pub fn distance(a: &[char], b: &[char]) -> usize {
    if a.len().max(b.len()) > 64 {
        return usize::MAX;
    }
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_forgives_a_slip_of_the_finger() {
        let known = ["subject", "body", "attachments"];
        assert_eq!(nearest("subjcet", known).as_deref(), Some("subject"));
        assert_eq!(nearest("Body", known).as_deref(), Some("body"));
        assert_eq!(nearest("colour", known), None);
    }
}
