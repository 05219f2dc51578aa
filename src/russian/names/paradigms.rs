//! The paradigms of names, each documented by a surname or first name that follows it.
//!
//! Data only: letters cut, then genitive, dative, accusative, instrumental, prepositional.

use super::rules::{Paradigm, paradigm};

// Nouns of men on a consonant.
/// Шмидт, Кравчук: hard consonant.
pub(super) static HARD: Paradigm = paradigm(0, ["а", "у", "а", "ом", "е"]);
/// Бабич, Ярош, Кац: hushing consonant or «ц», ending not stressed.
pub(super) static HUSHING: Paradigm = paradigm(0, ["а", "у", "а", "ем", "е"]);
/// Гай, Корней, Цой.
pub(super) static SHORT_I: Paradigm = paradigm(1, ["я", "ю", "я", "ем", "е"]);
/// Палий, Дмитрий.
pub(super) static IY: Paradigm = paradigm(1, ["я", "ю", "я", "ем", "и"]);
/// Кобзарь, Гоголь.
pub(super) static SOFT: Paradigm = paradigm(1, ["я", "ю", "я", "ем", "е"]);
/// Король: ending stressed.
pub(super) static SOFT_STRESSED: Paradigm = paradigm(1, ["я", "ю", "я", "ём", "е"]);

// Nouns of men with a fleeting vowel.
/// Кравец: кравца.
pub(super) static EC: Paradigm = paradigm(2, ["ца", "цу", "ца", "цем", "це"]);
/// Горобец: горобцом, ending stressed.
pub(super) static EC_STRESSED: Paradigm = paradigm(2, ["ца", "цу", "ца", "цом", "це"]);
/// Коломиец: коломийца.
pub(super) static YEC: Paradigm = paradigm(2, ["йца", "йцу", "йца", "йцем", "йце"]);
/// Боец: бойцом.
pub(super) static YEC_STRESSED: Paradigm = paradigm(2, ["йца", "йцу", "йца", "йцом", "йце"]);
/// Палец: пальца.
pub(super) static LEC: Paradigm = paradigm(2, ["ьца", "ьцу", "ьца", "ьцем", "ьце"]);
/// Стрелец: стрельцом.
pub(super) static LEC_STRESSED: Paradigm = paradigm(2, ["ьца", "ьцу", "ьца", "ьцом", "ьце"]);
/// Швец: швеца, швецом.
pub(super) static TS_STRESSED: Paradigm = paradigm(0, ["а", "у", "а", "ом", "е"]);
/// Пасынок: пасынка.
pub(super) static OK: Paradigm = paradigm(2, ["ка", "ку", "ка", "ком", "ке"]);
/// Царёк: царька.
pub(super) static YOK: Paradigm = paradigm(2, ["ька", "ьку", "ька", "ьком", "ьке"]);
/// Чаёк: чайка.
pub(super) static AYOK: Paradigm = paradigm(2, ["йка", "йку", "йка", "йком", "йке"]);
/// Козёл: козла. Щегол: щегла.
pub(super) static EL: Paradigm = paradigm(2, ["ла", "лу", "ла", "лом", "ле"]);
/// Ветер: ветра.
pub(super) static ER: Paradigm = paradigm(2, ["ра", "ру", "ра", "ром", "ре"]);
/// Шершень: шершня.
pub(super) static EN: Paradigm = paradigm(3, ["ня", "ню", "ня", "нем", "не"]);
/// Пень: пнём, ending stressed.
pub(super) static EN_STRESSED: Paradigm = paradigm(3, ["ня", "ню", "ня", "нём", "не"]);
/// Журавель: журавля.
pub(super) static EL_SOFT: Paradigm = paradigm(3, ["ля", "лю", "ля", "лем", "ле"]);
/// Коготь: когтя.
pub(super) static OT_SOFT: Paradigm = paradigm(3, ["тя", "тю", "тя", "тем", "те"]);
/// Угорь: угря.
pub(super) static OR_SOFT: Paradigm = paradigm(3, ["ря", "рю", "ря", "рем", "ре"]);
/// Соловей: соловья.
pub(super) static EY: Paradigm = paradigm(2, ["ья", "ью", "ья", "ьём", "ье"]);
/// Улей: улья, улью, ульем.
pub(super) static EY_UNSTRESSED: Paradigm = paradigm(2, ["ья", "ью", "ья", "ьем", "ье"]);
/// Лев: льва.
pub(super) static LEV: Paradigm = paradigm(2, ["ьва", "ьву", "ьва", "ьвом", "ьве"]);
/// Павел: Павла.
pub(super) static PAVEL: Paradigm = paradigm(2, ["ла", "лу", "ла", "лом", "ле"]);
/// Пётр: Петра.
pub(super) static PYOTR: Paradigm = paradigm(3, ["етра", "етру", "етра", "етром", "етре"]);
/// Ёж: ежа.
pub(super) static YOZH: Paradigm = paradigm(2, ["ежа", "ежу", "ежа", "ежом", "еже"]);
/// Ёрш: ерша.
pub(super) static YORSH: Paradigm = paradigm(3, ["ерша", "ершу", "ерша", "ершом", "ерше"]);
/// Пёс: пса.
pub(super) static ES: Paradigm = paradigm(2, ["са", "су", "са", "сом", "се"]);
/// Лоб: лба.
pub(super) static OB: Paradigm = paradigm(2, ["ба", "бу", "ба", "бом", "бе"]);
/// Рот: рта.
pub(super) static OT: Paradigm = paradigm(2, ["та", "ту", "та", "том", "те"]);
/// Сон: сна.
pub(super) static ON: Paradigm = paradigm(2, ["на", "ну", "на", "ном", "не"]);
/// Заяц: зайца.
pub(super) static ZAYAC: Paradigm = paradigm(2, ["йца", "йцу", "йца", "йцем", "йце"]);

// Surnames of the Russian kind.
/// Иванов, Пушкин.
pub(super) static OV: Paradigm = paradigm(0, ["а", "у", "а", "ым", "е"]);
/// Иванова, Пушкина.
pub(super) static OVA: Paradigm = paradigm(1, ["ой", "ой", "у", "ой", "ой"]);

// Adjectives of men.
/// Белый.
pub(super) static ADJ: Paradigm = paradigm(2, ["ого", "ому", "ого", "ым", "ом"]);
/// Покровский, Сухой.
pub(super) static ADJ_VELAR: Paradigm = paradigm(2, ["ого", "ому", "ого", "им", "ом"]);
/// Зимний, Горячий.
pub(super) static ADJ_SOFT: Paradigm = paradigm(2, ["его", "ему", "его", "им", "ем"]);
/// Куцый.
pub(super) static ADJ_TS: Paradigm = paradigm(2, ["его", "ему", "его", "ым", "ем"]);
/// Третий, Лисий.
pub(super) static ADJ_POSSESSIVE: Paradigm = paradigm(2, ["ьего", "ьему", "ьего", "ьим", "ьем"]);

// Adjectives of women.
/// Покровская, Белая.
pub(super) static ADJ_F: Paradigm = paradigm(2, ["ой", "ой", "ую", "ой", "ой"]);
/// Рыжая.
pub(super) static ADJ_F_HUSHING: Paradigm = paradigm(2, ["ей", "ей", "ую", "ей", "ей"]);
/// Зимняя.
pub(super) static ADJ_F_SOFT: Paradigm = paradigm(2, ["ей", "ей", "юю", "ей", "ей"]);
/// Третья.
pub(super) static ADJ_F_POSSESSIVE: Paradigm = paradigm(1, ["ей", "ей", "ю", "ей", "ей"]);
/// Ковальска (Polish, Czech): like Ковальская.
pub(super) static SKA: Paradigm = paradigm(1, ["ой", "ой", "ую", "ой", "ой"]);
/// Бандровски (Polish): like Бандровский.
pub(super) static SKI: Paradigm = paradigm(1, ["ого", "ому", "ого", "им", "ом"]);

// Nouns on «а» and «я», of both genders.
/// Щерба, Анна.
pub(super) static A: Paradigm = paradigm(1, ["ы", "е", "у", "ой", "е"]);
/// Скрипка, Ольга.
pub(super) static A_VELAR: Paradigm = paradigm(1, ["и", "е", "у", "ой", "е"]);
/// Груша, Саша.
pub(super) static A_HUSHING: Paradigm = paradigm(1, ["и", "е", "у", "ей", "е"]);
/// Левша: ending stressed.
pub(super) static A_HUSHING_STRESSED: Paradigm = paradigm(1, ["и", "е", "у", "ой", "е"]);
/// Кислица.
pub(super) static A_TS: Paradigm = paradigm(1, ["ы", "е", "у", "ей", "е"]);
/// Овца: ending stressed.
pub(super) static A_TS_STRESSED: Paradigm = paradigm(1, ["ы", "е", "у", "ой", "е"]);
/// Гиря, Зоя, Наталья.
pub(super) static YA: Paradigm = paradigm(1, ["и", "е", "ю", "ей", "е"]);
/// Илья: ending stressed.
pub(super) static YA_STRESSED: Paradigm = paradigm(1, ["и", "е", "ю", "ёй", "е"]);
/// Берия, Мария.
pub(super) static IYA: Paradigm = paradigm(1, ["и", "и", "ю", "ей", "и"]);

// Women's names on a soft sign.
/// Любовь, Рахиль.
pub(super) static THIRD: Paradigm = paradigm(1, ["и", "и", "ь", "ью", "и"]);
/// Данило: like Данила.
pub(super) static LO: Paradigm = paradigm(1, ["ы", "е", "у", "ой", "е"]);
