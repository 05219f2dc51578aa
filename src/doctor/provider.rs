//! Providers that many senders share, by the names of their relays.

use crate::finding::Provider;

/// The provider to which a relay belongs.
pub(super) fn of_host(host: &str) -> Option<Provider> {
    const RELAYS: [(&str, Provider); 13] = [
        ("yandex.ru", Provider::Yandex),
        ("yandex.com", Provider::Yandex),
        ("yandex.net", Provider::Yandex),
        ("mail.ru", Provider::MailRu),
        ("gmail.com", Provider::Gmail),
        ("googlemail.com", Provider::Gmail),
        ("google.com", Provider::Gmail),
        ("office365.com", Provider::Microsoft),
        ("outlook.com", Provider::Microsoft),
        ("rambler.ru", Provider::Rambler),
        ("mail.me.com", Provider::ICloud),
        ("icloud.com", Provider::ICloud),
        ("yahoo.com", Provider::Yahoo),
    ];
    RELAYS.iter().find(|(domain, _)| is_below(host, domain)).map(|(_, provider)| *provider)
}

/// The SPF record that lists the addresses from which a provider sends; its relay listens on others.
pub(super) fn spf_of(provider: Provider) -> Option<&'static str> {
    match provider {
        Provider::Yandex => Some("_spf.yandex.net"),
        Provider::MailRu => Some("_spf.mail.ru"),
        Provider::Gmail => Some("_spf.google.com"),
        Provider::Microsoft => Some("spf.protection.outlook.com"),
        Provider::ICloud => Some("icloud.com"),
        Provider::Rambler | Provider::Yahoo => None,
    }
}

/// Whether a host is a domain or lies below it.
pub(super) fn is_below(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    host.strip_suffix(&domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_belongs_to_the_provider_whose_name_it_bears() {
        assert_eq!(of_host("smtp.Yandex.ru"), Some(Provider::Yandex));
        assert_eq!(of_host("smtp.mail.me.com"), Some(Provider::ICloud));
        assert_eq!(of_host("notmail.ru"), None);
        assert_eq!(of_host("mail.ru.example.org"), None);
    }
}
