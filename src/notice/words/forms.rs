//! Problems of names and genders; why a Russian form is as it is.

use super::{Said, pick, say};
use crate::notice::Language;
use crate::notice::format::ru_count;
use crate::problem::FormsFault;
use crate::russian::gender::{Evidence, EvidenceKind};
use crate::russian::{Gender, Reason, Source};

pub(super) fn forms(fault: &FormsFault, language: Language) -> Said {
    match fault {
        FormsFault::GenderUnreadable { value } => say!(language;
            en "cannot tell from \"{value}\" whether this is a man or a woman",
               "write m or f, or leave the cell empty";
            ru "из «{value}» не понять, мужчина это или женщина",
               "напишите м или ж либо оставьте ячейку пустой"),
        FormsFault::FormMissing { column, used } => say!(language;
            en "the letter uses this form ({used}), but the column {column} is empty",
               "fill in {column}";
            ru "письму нужна эта форма ({used}), а ячейка {column} пуста", "заполните {column}"),
        FormsFault::FormDoubtful { nominative, proposed, reason, column } => {
            let reason = self::reason(reason, language);
            let what = say!(language;
                en "\"{nominative}\" → \"{proposed}\": {reason}";
                ru "«{nominative}» → «{proposed}»: {reason}");
            let hint = match column {
                Some(column) => say!(language;
                    en "if this is wrong, write the correct form in {column}";
                    ru "если неверно, впишите нужную форму в {column}"),
                None => say!(language;
                    en "if this is wrong, write the correct form in the template";
                    ru "если неверно, впишите нужную форму в шаблон"),
            };
            Said { what, hint }
        }
        FormsFault::FormsOfAnother { file } => say!(language;
            en "{file} has forms for this address, but for a different person or position; they \
                were not used",
               "write the list of forms again with check --forms";
            ru "в {file} есть формы для этого адреса, но для другого человека или должности; они \
                не взяты",
               "составьте список заново: check --forms"),
        FormsFault::NameOrder { name, reason } => say!(language;
            en ("read as surname \"{}\", first name \"{}\", patronymic \"{}\": {}",
                name.surname, name.first_name, name.patronymic, self::reason(reason, language)),
               "if this is wrong, put surname, first name and patronymic in separate columns";
            ru ("прочитано как фамилия «{}», имя «{}», отчество «{}»: {}",
                name.surname, name.first_name, name.patronymic, self::reason(reason, language)),
               "если неверно, разнесите фамилию, имя и отчество по отдельным столбцам"),
        FormsFault::GenderUnknown { name } => say!(language;
            en "cannot tell whether \"{name}\" is a man or a woman",
               "write m or f in the column gender";
            ru "неизвестно, мужчина или женщина «{name}»",
               "впишите м или ж в столбец «Пол» (gender)"),
        FormsFault::SalutationUnknown { language: code } => say!(language;
            en "no salutation is given, and there are no rules for the language \"{code}\"",
               "fill in the column salutation, or write salutation = \"…\" in [letter]";
            ru "обращение не задано, а правил для языка «{code}» нет",
               "заполните столбец salutation или впишите в [letter] salutation = \"…\""),
        FormsFault::GenderContradicted { one, other } => say!(language;
            en ("{}, but {}", evidence(*one, language), evidence(*other, language)),
               "correct one of them";
            ru ("{}, а {}", evidence(*one, language), evidence(*other, language)),
               "исправьте одно из двух"),
    }
}

fn reason(reason: &Reason, language: Language) -> String {
    match reason {
        Reason::AsGiven => say!(language; en "left as it is"; ru "оставлено как есть"),
        Reason::Rule { .. }
        | Reason::Listed { .. }
        | Reason::Compound { .. }
        | Reason::Initial
        | Reason::Plain => say!(language; en "by the rule"; ru "по правилу"),
        Reason::Empty => say!(language; en "the cell is empty"; ru "ячейка пуста"),
        Reason::TwoReadings { other } => {
            say!(language; en "\"{other}\" is also possible"; ru "возможно и «{other}»")
        }
        Reason::HandbooksDisagree { own, other, others } => {
            let (own, others) = (handbook(*own, language), handbook(*others, language));
            say!(language;
                en "so {own}; \"{other}\" {others} ([letter] soft_sign_names and iya_names decide it \
                    for everybody)";
                ru "так {own}, а «{other}» — {others} (сразу для всех это решают soft_sign_names и \
                    iya_names в [letter])")
        }
        Reason::UnknownEnding => {
            say!(language;
                en "there is no rule for words like this";
                ru "для таких слов нет правила")
        }
        Reason::WrongGender { gender: Gender::Male } => {
            say!(language; en "this is a man's form"; ru "это мужская форма")
        }
        Reason::WrongGender { gender: Gender::Female } => {
            say!(language; en "this is a woman's form"; ru "это женская форма")
        }
        Reason::NotCyrillic => say!(language;
            en "it is not written in Russian letters and was left as it is";
            ru "написано не по-русски и оставлено как есть"),
        Reason::MixedAlphabets { letter } => say!(language;
            en "there is a Latin \"{letter}\" among the Russian letters";
            ru "среди русских букв стоит латинская «{letter}»"),
        Reason::LatinInside { word } => say!(language;
            en "there are Latin letters in \"{word}\"";
            ru "в слове «{word}» есть латинские буквы"),
        Reason::ForeignLetter { letter } => say!(language;
            en "Russian has no letter \"{letter}\"";
            ru "буквы «{letter}» в русском алфавите нет"),
        Reason::NotALetter { character } => say!(language;
            en "the character \"{character}\" does not belong here";
            ru "знаку «{character}» здесь не место"),
        Reason::RepeatedLetter { letter } => {
            say!(language; en "three \"{letter}\" in a row"; ru "три буквы «{letter}» подряд")
        }
        Reason::ImpossibleLetter { letter } => say!(language;
            en "\"{letter}\" cannot be in this place in a Russian word";
            ru "буквы «{letter}» на этом месте в русском слове не бывает"),
        Reason::FinalI { proposal } => say!(language;
            en "perhaps it is \"{proposal}\"";
            ru "возможно, имелось в виду «{proposal}»"),
        Reason::TooLong { characters } => say!(language;
            en "too long: {characters} characters";
            ru ("слишком длинно: {}", ru_count(*characters as u64, "знак", "знака", "знаков"))),
        Reason::SmallLetter => {
            say!(language;
                en "it begins with a lower-case letter";
                ru "начинается со строчной буквы")
        }
        Reason::OddCapitals => say!(language;
            en "there are capital letters in the middle of the word";
            ru "в середине слова стоят прописные буквы"),
        Reason::AllCapitals => {
            say!(language; en "it is written in capital letters"; ru "написано одними прописными")
        }
        Reason::SeveralWords => {
            say!(language; en "it has several words"; ru "здесь несколько слов")
        }
        Reason::OrderUnclear => say!(language;
            en "it is not clear which word is the surname";
            ru "неясно, какое слово — фамилия"),
        Reason::Swapped => say!(language;
            en "surname and first name seem to be swapped";
            ru "похоже, фамилия и имя поменялись местами"),
        Reason::SurnameMissing => say!(language; en "there is no surname"; ru "нет фамилии"),
        Reason::FirstNameMissing => say!(language; en "there is no first name"; ru "нет имени"),
        Reason::FirstNameAbbreviated => say!(language;
            en "the first name is only an initial";
            ru "вместо имени только инициал"),
        Reason::NoPatronymic => say!(language;
            en "there is no patronymic ([letter] without_patronymic decides it for everybody)";
            ru "нет отчества (сразу для всех это решает without_patronymic в [letter])"),
        Reason::NobodyNamed => say!(language;
            en "nobody is named, so the letter is to the institution ([letter] without_person decides \
                it for everybody)";
            ru "имени нет, и письмо обращено к организации (сразу для всех это решает \
                without_person в [letter])"),
        Reason::PostUnclear => say!(language;
            en "the position does not say how to address a person in it";
            ru "по этой должности обратиться нельзя"),
        Reason::NotLatin => say!(language;
            en "the letter is in English, this is in Cyrillic letters";
            ru "письмо на английском, а здесь кириллица"),
        Reason::WomansPost { word } => say!(language;
            en "\"{word}\" is a woman's position, the name is a man's";
            ru "«{word}» – женская должность, а имя мужское"),
        Reason::PositionMissing => say!(language;
            en "there is no position, only an organisation";
            ru "должности нет, есть только организация"),
        Reason::Unbalanced => say!(language;
            en "a quotation mark or a bracket is unmatched";
            ru "у кавычки или скобки нет пары"),
        Reason::UnknownHead { word } => say!(language;
            en "the word \"{word}\" is not in the list of positions";
            ru "слова «{word}» нет в списке должностей"),
        Reason::NotNominative { word } => say!(language;
            en "\"{word}\" is not in the nominative case";
            ru "«{word}» стоит не в именительном падеже"),
        Reason::NotDative { word } => say!(language;
            en "\"{word}\" is not the beginning of a position in the dative case";
            ru "«{word}» — не начало должности в дательном падеже"),
        Reason::NoHead => {
            say!(language; en "no position was found here"; ru "должность здесь не нашлась")
        }
        Reason::PluralHead { word } => say!(language;
            en "\"{word}\" is in the plural";
            ru "«{word}» стоит во множественном числе"),
        Reason::Disagreement { adjective, noun } => say!(language;
            en "\"{adjective}\" does not agree with \"{noun}\"";
            ru "«{adjective}» не согласуется с «{noun}»"),
        Reason::SecondNominative { word } => say!(language;
            en "\"{word}\" is also in the nominative case and was declined too";
            ru "«{word}» тоже стоит в именительном падеже и просклонялось вместе"),
        Reason::NominativeAfterActing { word } => say!(language;
            en "\"{word}\" was put into the genitive case";
            ru "«{word}» поставлено в родительный падеж"),
        Reason::UnclearTail { word } => say!(language;
            en "it is not clear what \"{word}\" belongs to";
            ru "неясно, к чему относится «{word}»"),
        Reason::Bracket { word } => say!(language;
            en "\"{word}\" in brackets was declined too";
            ru "«{word}» в скобках тоже просклонялось"),
        Reason::Slash => say!(language;
            en "there are two variants separated by a slash";
            ru "через косую черту стоят два варианта"),
        Reason::PersonName { word } => say!(language;
            en "\"{word}\" looks like a person's name";
            ru "«{word}» похоже на имя человека"),
        Reason::OrganisationAsPosition { word } => say!(language;
            en "\"{word}\" looks like an organisation, not a position";
            ru "«{word}» похоже на организацию, а не на должность"),
        Reason::PositionAsOrganisation { word } => say!(language;
            en "\"{word}\" looks like a position, not an organisation";
            ru "«{word}» похоже на должность, а не на организацию"),
        Reason::OnlyAName => say!(language;
            en "no noun such as \"school\" or \"newspaper\" precedes the name in quotation marks";
            ru "перед названием в кавычках нет родового слова («школа», «газета»)"),
        Reason::OrganisationRepeated { word } => say!(language;
            en "the position already names the organisation (\"{word}\")";
            ru "организация уже названа в должности («{word}»)"),
        Reason::UnfinishedPosition { word } => say!(language;
            en "something is missing after \"{word}\"";
            ru "после «{word}» ожидается другое"),
        Reason::OrganisationNotNominative { word } => say!(language;
            en "the organisation is not in the nominative case (\"{word}\")";
            ru "организация стоит не в именительном падеже («{word}»)"),
        Reason::PlaceName { word } => say!(language;
            en "cannot be sure whether the place name \"{word}\" declines";
            ru "склоняется ли название «{word}», сказать наверняка нельзя"),
        Reason::AfterAbbreviation { word } => say!(language;
            en "everything after \"{word}\" was left as it is";
            ru "всё после «{word}» оставлено как есть"),
    }
}

/// Who has a form.
fn handbook(source: Source, language: Language) -> &'static str {
    match source {
        Source::Rosenthal149 => pick(language, "by the common rule", "по общему правилу"),
        Source::Zaliznyak => pick(language, "in Zaliznyak's dictionary", "в словаре Зализняка"),
        Source::Gramota => pick(language, "by Gramota.ru", "на Грамоте.ру"),
        Source::Kalakutskaya => pick(language, "in Kalakutskaya's handbook", "у Калакуцкой"),
        Source::Superanskaya => pick(language, "in Superanskaya's dictionary", "у Суперанской"),
        Source::Lopatin => {
            pick(language, "in Lopatin's rules (§ 71)", "в правилах Лопатина (§ 71)")
        }
        Source::Usage => pick(language, "in use", "в обиходе"),
    }
}

fn evidence(evidence: Evidence, language: Language) -> &'static str {
    match (evidence.kind, evidence.gender) {
        (EvidenceKind::Column, Gender::Male) => {
            pick(language, "the gender column says male", "в столбце «пол» указан мужчина")
        }
        (EvidenceKind::Column, Gender::Female) => {
            pick(language, "the gender column says female", "в столбце «пол» указана женщина")
        }
        (EvidenceKind::Title, Gender::Male) => {
            pick(language, "the title is a man's", "титул мужской («г-н»)")
        }
        (EvidenceKind::Title, Gender::Female) => {
            pick(language, "the title is a woman's", "титул женский («г-жа»)")
        }
        (EvidenceKind::Patronymic, Gender::Male) => {
            pick(language, "the patronymic is male", "отчество мужское")
        }
        (EvidenceKind::Patronymic, Gender::Female) => {
            pick(language, "the patronymic is female", "отчество женское")
        }
        (EvidenceKind::Surname, Gender::Male) => {
            pick(language, "the surname is male", "фамилия мужская")
        }
        (EvidenceKind::Surname, Gender::Female) => {
            pick(language, "the surname is female", "фамилия женская")
        }
        (EvidenceKind::FirstName, Gender::Male) => {
            pick(language, "the first name is male", "имя мужское")
        }
        (EvidenceKind::FirstName, Gender::Female) => {
            pick(language, "the first name is female", "имя женское")
        }
    }
}
