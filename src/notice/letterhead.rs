//! What Typst says about a letterhead, in Russian if the message is known, else quoted as it is.

/// Kinds of values and of syntax, as Typst names them.
const NOUNS: [(&str, &str); 38] = [
    ("angle", "угол"),
    ("alignment", "выравнивание"),
    ("arguments", "аргументы"),
    ("array", "массив"),
    ("auto", "auto"),
    ("boolean", "true или false"),
    ("bytes", "байты"),
    ("closing brace", "закрывающая }"),
    ("closing bracket", "закрывающая ]"),
    ("closing paren", "закрывающая )"),
    ("code block", "блок кода"),
    ("color", "цвет"),
    ("colon", "двоеточие"),
    ("comma", "запятая"),
    ("content", "содержимое"),
    ("datetime", "дата"),
    ("dictionary", "словарь"),
    ("direction", "направление"),
    ("end of file", "конец файла"),
    ("equals sign", "знак ="),
    ("expression", "выражение"),
    ("float", "число"),
    ("fraction", "доля (fr)"),
    ("function", "функция"),
    ("identifier", "имя"),
    ("integer", "целое число"),
    ("keyword", "ключевое слово"),
    ("length", "длина"),
    ("module", "модуль"),
    ("none", "ничего (none)"),
    ("pattern", "образец"),
    ("ratio", "проценты"),
    ("relative length", "длина или проценты"),
    ("semicolon or line break", "точка с запятой или новая строка"),
    ("string", "текст в кавычках"),
    ("stroke", "линия"),
    ("symbol", "знак"),
    ("type", "тип"),
];

/// Messages without variable parts.
const WHOLE: [(&str, &str); 15] = [
    ("unclosed delimiter", "скобка открыта и не закрыта"),
    ("unclosed string", "кавычка открыта и не закрыта"),
    ("unclosed raw text", "обратная кавычка открыта и не закрыта"),
    ("unclosed label", "метка не закрыта знаком >"),
    ("unexpected end of file", "файл кончился раньше времени"),
    ("cannot divide by zero", "деление на ноль"),
    ("array is empty", "массив пуст"),
    ("loop seems to be infinite", "цикл, похоже, никогда не кончится"),
    ("maximum function call depth exceeded", "функция без конца вызывает сама себя"),
    ("maximum show rule depth exceeded", "правило show без конца применяет само себя"),
    ("maximum layout depth exceeded", "вложенность вёрстки слишком велика"),
    ("cyclic import", "файлы подключают друг друга по кругу"),
    (
        "page configuration is not allowed inside of containers",
        "страницу нельзя настраивать внутри блока",
    ),
    (
        "pagebreaks are not allowed inside of containers",
        "новую страницу нельзя начать внутри блока",
    ),
    (
        "layout did not converge within 5 attempts",
        "вёрстка не сходится: части ссылаются друг на друга по кругу",
    ),
];

/// Beginnings of messages that end in a name.
const BEFORE_A_NAME: [(&str, &str); 12] = [
    ("unexpected argument: ", "такого аргумента здесь не бывает: "),
    ("unexpected argument", "лишний аргумент"),
    ("missing argument: ", "не хватает аргумента "),
    ("unknown font family: ", "такого шрифта нет: "),
    ("dictionary does not contain key ", "в словаре нет ключа "),
    ("array index out of bounds", "в массиве нет элемента с таким номером"),
    ("duplicate argument: ", "аргумент указан дважды: "),
    ("duplicate key: ", "ключ указан дважды: "),
    ("unexpected ", "здесь лишнее: "),
    ("unresolved import", "в подключаемом файле нет такого имени"),
    ("label ", "такой метки нет: "),
    ("panicked with: ", "шаблон сам остановил вёрстку: "),
];

/// Translates Typst's message into Russian.
pub(super) fn said(detail: &str) -> String {
    if let Some((_, words)) = WHOLE.iter().find(|(english, _)| *english == detail) {
        return (*words).to_owned();
    }
    if let Some((expected, found)) =
        detail.strip_prefix("expected ").and_then(|rest| rest.split_once(", found "))
    {
        return format!("ожидается {}, а здесь {}", nouns(expected), nouns(found));
    }
    if let Some(expected) = detail.strip_prefix("expected ") {
        return format!("ожидается {}", nouns(expected));
    }
    let beginning = BEFORE_A_NAME
        .iter()
        .find_map(|(english, words)| Some((words, detail.strip_prefix(english)?)));
    match beginning {
        Some((words, name)) if !name.contains(' ') || words.ends_with(": ") => {
            format!("{words}{}", noun(name.trim()))
        }
        Some(_) | None => format!("Typst сообщает: «{detail}»"),
    }
}

/// Translates one or several kinds: `length, ratio or auto`.
fn nouns(kinds: &str) -> String {
    // «semicolon or line break» is one name.
    if noun(kinds) != kinds {
        return noun(kinds).to_owned();
    }
    let kinds = kinds.replace(", or ", " or ");
    let (all, last) =
        kinds.rsplit_once(" or ").map_or((None, kinds.as_str()), |(all, last)| (Some(all), last));
    let all = all.map(|all| all.split(", ").map(noun).collect::<Vec<_>>().join(", "));
    all.map_or_else(|| noun(last).to_owned(), |all| format!("{all} или {}", noun(last)))
}

fn noun(kind: &str) -> &str {
    NOUNS.iter().find(|(english, _)| *english == kind).map_or(kind, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_typst_says_is_told_in_russian() {
        assert_eq!(
            said("expected length, found string"),
            "ожидается длина, а здесь текст в кавычках"
        );
        assert_eq!(
            said("expected auto, relative length, or fraction, found boolean"),
            "ожидается auto, длина или проценты или доля (fr), а здесь true или false"
        );
        assert_eq!(said("unclosed delimiter"), "скобка открыта и не закрыта");
        assert_eq!(said("unexpected argument: colour"), "такого аргумента здесь не бывает: colour");
        assert_eq!(said("unexpected closing brace"), "здесь лишнее: закрывающая }");
        assert_eq!(
            said("expected semicolon or line break"),
            "ожидается точка с запятой или новая строка"
        );
        assert_eq!(said("cannot hash this"), "Typst сообщает: «cannot hash this»");
    }

    #[test]
    fn every_word_of_a_letterhead() {
        let entry = |(en, ru): &(_, _)| format!("{en}\n  ru: {ru}\n");
        let text: String = NOUNS.iter().chain(&WHOLE).chain(&BEFORE_A_NAME).map(entry).collect();
        insta::with_settings!({
            snapshot_path => "../../tests/it/words/snapshots",
            prepend_module_to_snapshot => false, omit_expression => true
        }, { insta::assert_snapshot!("letterhead", text) });
    }
}
