//! Why a password, or the connection string of a ledger, could not be had.

use super::{Said, config, pick, say};
use crate::failure::{KeyringFlaw, SecretFlaw, SecretOf};
use crate::notice::Language;
use crate::notice::format::{en_count, quoted};

/// How a secret is called.
struct Names {
    /// In Russian, the accusative.
    it: &'static str,
    /// In Russian, with «с».
    with_it: &'static str,
    /// The key of `campaign.toml` that says where it is.
    key: &'static str,
}

pub(super) fn failure(of: SecretOf, flaw: &SecretFlaw, language: Language) -> String {
    let Names { it, with_it, key } = names(of, language);
    match flaw {
        SecretFlaw::Variable { name } => say!(language;
            en "the environment variable {name}, which should hold {with_it}, is not set; set it \
                and run the command again";
            ru "переменная окружения {name} {with_it} не задана; задайте её и повторите команду"),
        SecretFlaw::Command { program, detail } => say!(language;
            en "the command \"{program}\", which should print {it}, failed: {detail}; run it by \
                hand to see why";
            ru "команда «{program}», которая должна сообщить {it}, не сработала: {detail}; \
                запустите её вручную, чтобы увидеть причину"),
        SecretFlaw::File { path, cause } => {
            let Said { what, hint } = config::cause(cause, language);
            let path = path.display();
            say!(language;
                en "{path}: cannot read the file with {it}: {what}; {hint}";
                ru "{path}: файл {with_it}: {what}; {hint}")
        }
        SecretFlaw::ForAll { path } => say!(language;
            en ("{0}: other users can read {it}; make the file private: chmod 600 {0}",
                quoted(path));
            ru ("{0}: {it} в этом файле могут прочесть и другие; закройте файл от них: chmod 600 \
                 {0}", quoted(path))),
        SecretFlaw::TimeOut { program, seconds } => say!(language;
            en ("\"{program}\", which should print {it}, did not finish within {}; run it by hand \
                 to see what it is waiting for, or allow more time: timeout = \"5m\" next to \
                 `command`", en_count(*seconds, "second", "seconds"));
            ru "«{program}» должна была сообщить {it} и не закончила за {seconds} с; запустите её \
                вручную и посмотрите, чего она ждёт, или дайте больше времени: timeout = \"5m\" \
                рядом с `command`"),
        SecretFlaw::Keyring { service, user, flaw } => {
            let asked = say!(language;
                en "the keyring was asked for \"{service}\", user \"{user}\"";
                ru "хранилище паролей спросили о «{service}», пользователь «{user}»");
            match flaw {
                KeyringFlaw::NoEntry => {
                    let store = store(service, user);
                    say!(language;
                        en "{asked}, but has no such entry; store it with: {store}";
                        ru "{asked}: такой записи там нет; сохраните её: {store}")
                }
                KeyringFlaw::NoProgram(program) => say!(language;
                    en "{asked} through \"{program}\", which is not installed; install it (Debian: \
                        libsecret-tools) or set {key} in another way";
                    ru "{asked} через программу «{program}», а она не установлена; установите её \
                        (в Debian — libsecret-tools) или задайте {key} иначе"),
                KeyringFlaw::Failed(detail) => say!(language;
                    en "{asked} but did not answer: {detail}; there is often no keyring without a \
                        desktop: set {key} in another way";
                    ru "{asked}, и оно не ответило: {detail}; без рабочего стола его часто нет: \
                        задайте {key} иначе"),
            }
        }
        SecretFlaw::NobodyToAsk => say!(language;
            en "{it} is needed, but stdin is not a terminal; set {key}: env, command, file or \
                keyring";
            ru "{it} спросить не у кого: это не терминал; укажите {key}: env, command, file или \
                keyring"),
        SecretFlaw::Empty => say!(language;
            en "{it} is empty; see {key}";
            ru "не удалось получить {it}: источник пуст; см. {key}"),
    }
}

fn names(of: SecretOf, language: Language) -> Names {
    let key = match of {
        SecretOf::Relay => pick(language, "`password` in [smtp]", "`password` в [smtp]"),
        SecretOf::Mailbox => pick(language, "`password` in [inbox]", "`password` в [inbox]"),
        SecretOf::Ledger => pick(language, "`postgres` in [ledger]", "`postgres` в [ledger]"),
    };
    let (it, with_it) = match of {
        SecretOf::Relay | SecretOf::Mailbox => {
            (pick(language, "the password", "пароль"), pick(language, "the password", "с паролем"))
        }
        SecretOf::Ledger => (
            pick(language, "the connection string", "строку подключения"),
            pick(language, "the connection string", "со строкой подключения"),
        ),
    };
    Names { it, with_it, key }
}

/// The command that puts an entry into the keyring.
fn store(service: &str, user: &str) -> String {
    if cfg!(windows) {
        format!("cmdkey /generic:{service} /user:{user} /pass")
    } else if cfg!(target_os = "macos") {
        format!("security add-generic-password -s {service} -a {user} -w")
    } else {
        format!("secret-tool store --label={service} service {service} username {user}")
    }
}
