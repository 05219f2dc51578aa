//! What a folder needs leave for.

use super::say;
use crate::escaping::one_line;
use crate::notice::Language;
use crate::notice::format::quoted;
use crate::trust::{Login, Need};

/// Each need on a line of its own.
pub(super) fn needs(needs: &[Need], language: Language) -> String {
    let line = |need| format!("  - {}", one_line(&self::need(need, language)));
    needs.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn need(need: &Need, language: Language) -> String {
    match need {
        Need::Program { words, login: Login { server, account }, .. } => {
            // Quoted one by one: a word with a space must not look like two.
            let words =
                words.iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ");
            say!(language;
                en "run the program `{words}`, which prints the password of {account} at {server}";
                ru "запустить программу {words}, которая выведет пароль {account} на {server}")
        }
        Need::Variable { name, login: Login { server, account } } => say!(language;
            en "take the environment variable {name} as the password of {account} at {server}";
            ru "взять переменную окружения {name} как пароль {account} на {server}"),
        Need::SecretFile { path, login: Login { server, account } } => {
            let path = quoted(path);
            say!(language;
                en "read the password of {account} at {server} from the file {path}";
                ru "прочесть пароль {account} на {server} из файла {path}")
        }
        Need::Keyring { service, login: Login { server, account } } => say!(language;
            en "take the password of {account} at {server} from the keyring, where it is called \
                \"{service}\"";
            ru "взять пароль {account} на {server} из системного хранилища, где он назван \
                «{service}»"),
        Need::Read { key, path } => {
            let path = quoted(path);
            say!(language;
                en "read outside the folder: {path} (`{key}`)";
                ru "читать вне папки: {path} (`{key}`)")
        }
        Need::Write { key, path } => {
            let path = quoted(path);
            say!(language;
                en "write outside the folder: {path} (`{key}`)";
                ru "писать вне папки: {path} (`{key}`)")
        }
    }
}
