//! What a folder needs permission for.

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

/// Which secret is taken.
fn secret(login: &Login, language: Language) -> String {
    let Login { server, account } = login;
    if login.is_of_ledger() {
        return say!(language;
            en "the connection string of the ledger ({server})";
            ru "строку подключения журнала ({server})");
    }
    say!(language;
        en "the password of {account} at {server}";
        ru "пароль {account} на {server}")
}

fn need(need: &Need, language: Language) -> String {
    match need {
        Need::Program { words, login, .. } => {
            let secret = secret(login, language);
            // Quoted one by one: a word with a space must not look like two.
            let words =
                words.iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ");
            say!(language;
                en "run the program `{words}`, which prints {secret}";
                ru "запустить программу {words}, которая выведет {secret}")
        }
        Need::Variable { name, login } => {
            let secret = secret(login, language);
            say!(language;
                en "take the environment variable {name} as {secret}";
                ru "взять переменную окружения {name} как {secret}")
        }
        Need::SecretFile { path, login } => {
            let (path, secret) = (quoted(path), secret(login, language));
            say!(language;
                en "read {secret} from the file {path}";
                ru "прочесть {secret} из файла {path}")
        }
        Need::Keyring { service, login } => {
            let secret = secret(login, language);
            say!(language;
                en "take {secret} from the keyring, where it is called \"{service}\"";
                ru "взять {secret} из системного хранилища, под названием «{service}»")
        }
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
