//! Months and days of the week in the languages whose formats are followed.

/// A language with its names of months and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Russian,
    English,
    Ukrainian,
    Belarusian,
    Kazakh,
}

/// Months alone, months after a day, days of the week from Monday, and these shortened.
struct Names {
    months: [&'static str; 12],
    months_after_a_day: [&'static str; 12],
    weekdays: [&'static str; 7],
    short_weekdays: [&'static str; 7],
}

impl Tongue {
    /// By the lower ten bits of a Windows language code (MS-LCID, 2.2).
    pub(super) fn of_language(code: u32) -> Option<Self> {
        Some(match code {
            0x19 => Self::Russian,
            0x09 => Self::English,
            0x22 => Self::Ukrainian,
            0x23 => Self::Belarusian,
            0x3F => Self::Kazakh,
            _ => return None,
        })
    }

    /// By a tag such as `ru-ru`, in lower case.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        Some(match tag.split('-').next()? {
            "ru" => Self::Russian,
            "en" => Self::English,
            "uk" => Self::Ukrainian,
            "be" => Self::Belarusian,
            "kk" => Self::Kazakh,
            _ => return None,
        })
    }

    /// The name of a month, counted from 1.
    pub(super) fn month(self, month: i8, after: MonthAfter) -> Option<&'static str> {
        let names = match after {
            MonthAfter::Day => self.names().months_after_a_day,
            MonthAfter::Nothing => self.names().months,
        };
        names.get(usize::try_from(month).ok()?.checked_sub(1)?).copied()
    }

    /// A month in three letters.
    pub(super) fn short_month(self, month: i8) -> Option<String> {
        Some(self.month(month, MonthAfter::Nothing)?.chars().take(3).collect())
    }

    /// The name of a day of the week, counted from 0 for Monday.
    pub(super) fn weekday(self, day: usize) -> Option<&'static str> {
        self.names().weekdays.get(day).copied()
    }

    pub(super) fn short_weekday(self, day: usize) -> Option<&'static str> {
        self.names().short_weekdays.get(day).copied()
    }

    fn names(self) -> &'static Names {
        match self {
            Self::Russian => &RUSSIAN,
            Self::English => &ENGLISH,
            Self::Ukrainian => &UKRAINIAN,
            Self::Belarusian => &BELARUSIAN,
            Self::Kazakh => &KAZAKH,
        }
    }
}

/// What a month follows: after a day it is in the genitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MonthAfter {
    Day,
    Nothing,
}

static RUSSIAN: Names = Names {
    months: [
        "январь",
        "февраль",
        "март",
        "апрель",
        "май",
        "июнь",
        "июль",
        "август",
        "сентябрь",
        "октябрь",
        "ноябрь",
        "декабрь",
    ],
    months_after_a_day: [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    weekdays: ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"],
    short_weekdays: ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"],
};

static ENGLISH: Names = Names {
    months: ENGLISH_MONTHS,
    months_after_a_day: ENGLISH_MONTHS,
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    short_weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
};

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

static UKRAINIAN: Names = Names {
    months: [
        "січень",
        "лютий",
        "березень",
        "квітень",
        "травень",
        "червень",
        "липень",
        "серпень",
        "вересень",
        "жовтень",
        "листопад",
        "грудень",
    ],
    months_after_a_day: [
        "січня",
        "лютого",
        "березня",
        "квітня",
        "травня",
        "червня",
        "липня",
        "серпня",
        "вересня",
        "жовтня",
        "листопада",
        "грудня",
    ],
    weekdays: ["понеділок", "вівторок", "середа", "четвер", "пʼятниця", "субота", "неділя"],
    short_weekdays: ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Нд"],
};

static BELARUSIAN: Names = Names {
    months: [
        "студзень",
        "люты",
        "сакавік",
        "красавік",
        "май",
        "чэрвень",
        "ліпень",
        "жнівень",
        "верасень",
        "кастрычнік",
        "лістапад",
        "снежань",
    ],
    months_after_a_day: [
        "студзеня",
        "лютага",
        "сакавіка",
        "красавіка",
        "мая",
        "чэрвеня",
        "ліпеня",
        "жніўня",
        "верасня",
        "кастрычніка",
        "лістапада",
        "снежня",
    ],
    weekdays: ["панядзелак", "аўторак", "серада", "чацвер", "пятніца", "субота", "нядзеля"],
    short_weekdays: ["Пн", "Аў", "Ср", "Чц", "Пт", "Сб", "Нд"],
};

static KAZAKH: Names = Names {
    months: KAZAKH_MONTHS,
    months_after_a_day: KAZAKH_MONTHS,
    weekdays: ["дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"],
    short_weekdays: ["Дс", "Сс", "Ср", "Бс", "Жм", "Сб", "Жс"],
};

const KAZAKH_MONTHS: [&str; 12] = [
    "қаңтар",
    "ақпан",
    "наурыз",
    "сәуір",
    "мамыр",
    "маусым",
    "шілде",
    "тамыз",
    "қыркүйек",
    "қазан",
    "қараша",
    "желтоқсан",
];
