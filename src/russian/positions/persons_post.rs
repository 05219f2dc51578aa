//! What a position says of the person who holds it: what they are called, and whether it is a
//! woman's.

use super::head::{self, Knowledge};
use super::letters::fold;
use super::{Referent, adjective, lexicon};

/// The post that a person is called by after «господин»: «Министр образования» is «министр».
///
/// `None` where the post alone says nothing («Заместитель …»), or is not known.
pub(in crate::russian) fn bare_post(position: &str) -> Option<String> {
    /// Posts that official letters write with a capital in a salutation.
    const HIGHEST: [&str; 3] = ["президент", "губернатор", "патриарх"];
    /// Posts that say nothing without what follows them.
    const DEPENDENT: [&str; 9] = [
        "заместитель",
        "помощник",
        "секретарь",
        "член",
        "исполняющий",
        "исполняющая",
        "сотрудник",
        "работник",
        "специалист",
    ];
    let mut words = Vec::new();
    for word in position.split_whitespace().take(4) {
        let bare = word.trim_end_matches([',', ';', ':']);
        let folded = fold(bare);
        if DEPENDENT.contains(&folded.as_str()) || bare.contains('.') {
            return None;
        }
        let last = folded.rsplit('-').next().unwrap_or(&folded);
        let is_post = head::recognise_from(Knowledge::Listed, bare, &folded, Referent::Position)
            .is_some_and(|head| head.referent == Referent::Position)
            || lexicon::is_post(last);
        if is_post {
            let post =
                if HIGHEST.contains(&folded.as_str()) { bare.to_owned() } else { small(bare) };
            words.push(post);
            return Some(words.join(" "));
        }
        adjective::find(&folded)?;
        words.push(small(bare));
    }
    None
}

fn small(word: &str) -> String {
    word.to_lowercase()
}

/// The word of a position that only a woman has: заведующая, директриса, начальница.
pub(in crate::russian) fn womans_post(position: &str) -> Option<String> {
    let parts = position.split([',', ';', '/', '(']).flat_map(|part| part.split(" – "));
    let parts = parts.flat_map(|part| part.split(" - ")).flat_map(|part| part.split(" и "));
    for part in parts {
        let mut words = part.split_whitespace().map(|word| word.trim_matches(['«', '»', '"', ')']));
        // «Временно исполняющая», «Старшая медсестра», «и.о. заведующей»
        let found = words.find_map(|word| {
            let folded = fold(word);
            if is_womans(&folded) {
                return Some(Some(word.to_owned()));
            }
            let goes_on = folded.ends_with("ая")
                || folded.contains('.')
                || matches!(folded.as_str(), "врио" | "ио" | "временно" | "обязанности")
                || folded.starts_with("исполняющ");
            if goes_on { None } else { Some(None) }
        });
        if let Some(word) = found.flatten() {
            return Some(word);
        }
    }
    None
}

fn is_womans(word: &str) -> bool {
    const WORDS: [&str; 62] = [
        "акушерка",
        "активистка",
        "артистка",
        "аспирантка",
        "балерина",
        "бабушка",
        "вдова",
        "воспитательница",
        "врачиха",
        "горничная",
        "гувернантка",
        "депутатка",
        "директорша",
        "директриса",
        "докторша",
        "доярка",
        "журналистка",
        "заведующая",
        "заведующей",
        "заместительница",
        "игуменья",
        "исполняющая",
        "кастелянша",
        "королева",
        "медсестра",
        "монахиня",
        "музыкантша",
        "наставница",
        "начальница",
        "начальницы",
        "няня",
        "организаторша",
        "певица",
        "пенсионерка",
        "писательница",
        "помощница",
        "портниха",
        "поэтесса",
        "председательница",
        "преподавательница",
        "продавщица",
        "работница",
        "руководительница",
        "санитарка",
        "секретарша",
        "сестра",
        "сотрудница",
        "спортсменка",
        "студентка",
        "супервайзерка",
        "сударыня",
        "техничка",
        "тренерша",
        "уборщица",
        "управляющая",
        "управляющей",
        "учительница",
        "хозяйка",
        "художница",
        "чиновница",
        "школьница",
        "экономка",
    ];
    let last = word.rsplit('-').next().unwrap_or(word);
    WORDS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_called_by_the_post_without_its_tail() {
        for (position, post) in [
            ("Министр образования Томской области", Some("министр")),
            ("Губернатор Томской области", Some("Губернатор")),
            ("Генеральный директор", Some("генеральный директор")),
            ("Глава города", Some("глава")),
            ("Вице-губернатор", Some("вице-губернатор")),
            ("Заместитель министра", None),
            ("И.о. ректора", None),
            ("Отдел кадров", None),
        ] {
            assert_eq!(bare_post(position).as_deref(), post, "{position}");
        }
    }

    #[test]
    fn a_womans_post_is_known_by_its_word() {
        for (position, word) in [
            ("Заведующая кафедрой", Some("Заведующая")),
            ("Временно исполняющая обязанности директора", Some("исполняющая")),
            ("Старшая медсестра", Some("медсестра")),
            ("И.о. заведующей детским садом", Some("заведующей")),
            ("Директриса школы", Some("Директриса")),
            ("Учитель, заведующая библиотекой", Some("заведующая")),
            ("Заведующий кафедрой", None),
            ("Директор школы медсестёр", None),
            ("Глава", None),
            ("Главный врач", None),
        ] {
            assert_eq!(womans_post(position).as_deref(), word, "{position}");
        }
    }
}
