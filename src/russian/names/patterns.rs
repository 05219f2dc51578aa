//! The ways in which names change, each named after a surname or first name that changes so.
//!
//! A plain table: letters cut, then genitive, dative, accusative, instrumental, prepositional.

use super::rules::{Pattern, pattern};

// Nouns of men on a consonant.
/// Шмидт, Кравчук: hard consonant.
pub(super) static HARD: Pattern = pattern(0, ["а", "у", "а", "ом", "е"]);
/// Бабич, Ярош, Кац: hush or «ц», ending not stressed.
pub(super) static HUSH: Pattern = pattern(0, ["а", "у", "а", "ем", "е"]);
/// Гай, Корней, Цой.
pub(super) static SHORT_I: Pattern = pattern(1, ["я", "ю", "я", "ем", "е"]);
/// Палий, Дмитрий.
pub(super) static IY: Pattern = pattern(1, ["я", "ю", "я", "ем", "и"]);
/// Кобзарь, Гоголь.
pub(super) static SOFT: Pattern = pattern(1, ["я", "ю", "я", "ем", "е"]);
/// Король: ending stressed.
pub(super) static SOFT_STRESSED: Pattern = pattern(1, ["я", "ю", "я", "ём", "е"]);

// Nouns of men with a fleeting vowel.
/// Кравец: кравца.
pub(super) static EC: Pattern = pattern(2, ["ца", "цу", "ца", "цем", "це"]);
/// Горобец: горобцом, ending stressed.
pub(super) static EC_STRESSED: Pattern = pattern(2, ["ца", "цу", "ца", "цом", "це"]);
/// Коломиец: коломийца.
pub(super) static YEC: Pattern = pattern(2, ["йца", "йцу", "йца", "йцем", "йце"]);
/// Боец: бойцом.
pub(super) static YEC_STRESSED: Pattern = pattern(2, ["йца", "йцу", "йца", "йцом", "йце"]);
/// Палец: пальца.
pub(super) static LEC: Pattern = pattern(2, ["ьца", "ьцу", "ьца", "ьцем", "ьце"]);
/// Стрелец: стрельцом.
pub(super) static LEC_STRESSED: Pattern = pattern(2, ["ьца", "ьцу", "ьца", "ьцом", "ьце"]);
/// Швец: швеца, швецом.
pub(super) static TS_STRESSED: Pattern = pattern(0, ["а", "у", "а", "ом", "е"]);
/// Пасынок: пасынка.
pub(super) static OK: Pattern = pattern(2, ["ка", "ку", "ка", "ком", "ке"]);
/// Царёк: царька.
pub(super) static YOK: Pattern = pattern(2, ["ька", "ьку", "ька", "ьком", "ьке"]);
/// Чаёк: чайка.
pub(super) static AYOK: Pattern = pattern(2, ["йка", "йку", "йка", "йком", "йке"]);
/// Козёл: козла. Щегол: щегла.
pub(super) static EL: Pattern = pattern(2, ["ла", "лу", "ла", "лом", "ле"]);
/// Ветер: ветра.
pub(super) static ER: Pattern = pattern(2, ["ра", "ру", "ра", "ром", "ре"]);
/// Шершень: шершня.
pub(super) static EN: Pattern = pattern(3, ["ня", "ню", "ня", "нем", "не"]);
/// Пень: пнём, ending stressed.
pub(super) static EN_STRESSED: Pattern = pattern(3, ["ня", "ню", "ня", "нём", "не"]);
/// Журавель: журавля.
pub(super) static EL_SOFT: Pattern = pattern(3, ["ля", "лю", "ля", "лем", "ле"]);
/// Коготь: когтя.
pub(super) static OT_SOFT: Pattern = pattern(3, ["тя", "тю", "тя", "тем", "те"]);
/// Угорь: угря.
pub(super) static OR_SOFT: Pattern = pattern(3, ["ря", "рю", "ря", "рем", "ре"]);
/// Соловей: соловья.
pub(super) static EY: Pattern = pattern(2, ["ья", "ью", "ья", "ьём", "ье"]);
/// Улей: улья, улью, ульем.
pub(super) static EY_UNSTRESSED: Pattern = pattern(2, ["ья", "ью", "ья", "ьем", "ье"]);
/// Лев: льва.
pub(super) static LEV: Pattern = pattern(2, ["ьва", "ьву", "ьва", "ьвом", "ьве"]);
/// Павел: Павла.
pub(super) static PAVEL: Pattern = pattern(2, ["ла", "лу", "ла", "лом", "ле"]);
/// Пётр: Петра.
pub(super) static PYOTR: Pattern = pattern(3, ["етра", "етру", "етра", "етром", "етре"]);
/// Ёж: ежа.
pub(super) static YOZH: Pattern = pattern(2, ["ежа", "ежу", "ежа", "ежом", "еже"]);
/// Ёрш: ерша.
pub(super) static YORSH: Pattern = pattern(3, ["ерша", "ершу", "ерша", "ершом", "ерше"]);
/// Пёс: пса.
pub(super) static ES: Pattern = pattern(2, ["са", "су", "са", "сом", "се"]);
/// Лоб: лба.
pub(super) static OB: Pattern = pattern(2, ["ба", "бу", "ба", "бом", "бе"]);
/// Рот: рта.
pub(super) static OT: Pattern = pattern(2, ["та", "ту", "та", "том", "те"]);
/// Сон: сна.
pub(super) static ON: Pattern = pattern(2, ["на", "ну", "на", "ном", "не"]);
/// Заяц: зайца.
pub(super) static ZAYAC: Pattern = pattern(2, ["йца", "йцу", "йца", "йцем", "йце"]);

// Surnames of the Russian kind.
/// Иванов, Пушкин.
pub(super) static OV: Pattern = pattern(0, ["а", "у", "а", "ым", "е"]);
/// Иванова, Пушкина.
pub(super) static OVA: Pattern = pattern(1, ["ой", "ой", "у", "ой", "ой"]);

// Adjectives of men.
/// Белый.
pub(super) static ADJ: Pattern = pattern(2, ["ого", "ому", "ого", "ым", "ом"]);
/// Покровский, Сухой.
pub(super) static ADJ_VELAR: Pattern = pattern(2, ["ого", "ому", "ого", "им", "ом"]);
/// Зимний, Горячий.
pub(super) static ADJ_SOFT: Pattern = pattern(2, ["его", "ему", "его", "им", "ем"]);
/// Куцый.
pub(super) static ADJ_TS: Pattern = pattern(2, ["его", "ему", "его", "ым", "ем"]);
/// Третий, Лисий.
pub(super) static ADJ_POSSESSIVE: Pattern = pattern(2, ["ьего", "ьему", "ьего", "ьим", "ьем"]);

// Adjectives of women.
/// Покровская, Белая.
pub(super) static ADJ_F: Pattern = pattern(2, ["ой", "ой", "ую", "ой", "ой"]);
/// Рыжая.
pub(super) static ADJ_F_HUSH: Pattern = pattern(2, ["ей", "ей", "ую", "ей", "ей"]);
/// Зимняя.
pub(super) static ADJ_F_SOFT: Pattern = pattern(2, ["ей", "ей", "юю", "ей", "ей"]);
/// Третья.
pub(super) static ADJ_F_POSSESSIVE: Pattern = pattern(1, ["ей", "ей", "ю", "ей", "ей"]);
/// Ковальска (Polish, Czech), declined like Ковальская.
pub(super) static SKA: Pattern = pattern(1, ["ой", "ой", "ую", "ой", "ой"]);
/// Бандровски (Polish), declined like Бандровский.
pub(super) static SKI: Pattern = pattern(1, ["ого", "ому", "ого", "им", "ом"]);

// Nouns on «а» and «я», of both genders.
/// Щерба, Анна.
pub(super) static A: Pattern = pattern(1, ["ы", "е", "у", "ой", "е"]);
/// Скрипка, Ольга.
pub(super) static A_VELAR: Pattern = pattern(1, ["и", "е", "у", "ой", "е"]);
/// Груша, Саша.
pub(super) static A_HUSH: Pattern = pattern(1, ["и", "е", "у", "ей", "е"]);
/// Левша: ending stressed.
pub(super) static A_HUSH_STRESSED: Pattern = pattern(1, ["и", "е", "у", "ой", "е"]);
/// Кислица.
pub(super) static A_TS: Pattern = pattern(1, ["ы", "е", "у", "ей", "е"]);
/// Овца: ending stressed.
pub(super) static A_TS_STRESSED: Pattern = pattern(1, ["ы", "е", "у", "ой", "е"]);
/// Гиря, Зоя, Наталья.
pub(super) static YA: Pattern = pattern(1, ["и", "е", "ю", "ей", "е"]);
/// Илья: ending stressed.
pub(super) static YA_STRESSED: Pattern = pattern(1, ["и", "е", "ю", "ёй", "е"]);
/// Берия, Мария.
pub(super) static IYA: Pattern = pattern(1, ["и", "и", "ю", "ей", "и"]);

// Women's names on a soft sign.
/// Любовь, Рахиль.
pub(super) static THIRD: Pattern = pattern(1, ["и", "и", "ь", "ью", "и"]);
/// Данило, declined like Данила.
pub(super) static LO: Pattern = pattern(1, ["ы", "е", "у", "ой", "е"]);
