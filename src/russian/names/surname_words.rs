//! Surnames that do not decline by their ending: common nouns, adjectives, foreign names.
//!
//! First the rules, each named after one surname of its kind; then the words in the order of their
//! bytes, with `е` for `ё`.

#[allow(clippy::wildcard_imports, reason = "a table names most of the paradigms")]
use super::paradigms::*;
use super::rules::{INDECLINABLE, Rule, WordList, both, female, indeclinable, male, noun};
use crate::russian::Source::{Gramota, Kalakutskaya, Rosenthal149, Usage, Zaliznyak};

/// Соловей: соловья.
static SPARROW: Rule = noun(&[], &EY, Zaliznyak);
/// Ручей: ручья, but some families keep the vowel.
static STREAM: Rule = noun(&[], &EY, Zaliznyak).or_man(&SHORT_I);
/// Улей: улья.
static HIVE: Rule = noun(&[], &EY_UNSTRESSED, Zaliznyak).or_man(&SHORT_I);
/// Хейфец: Jewish, the vowel stays.
static HEIFETZ: Rule = noun(&[], &HUSHING, Rosenthal149);
/// Хертек: Tuvan, the vowel stays.
static HERTEK: Rule = noun(&[], &HARD, Usage);
/// Кравец: кравца, ending not stressed.
static TAILOR: Rule = noun(&[], &EC, Gramota);
/// Жеребец: жеребца, ending stressed.
static STALLION: Rule = noun(&[], &EC_STRESSED, Zaliznyak);
/// Кузнец: the vowel stays.
static SMITH: Rule = noun(&[], &TS_STRESSED, Zaliznyak);
/// Стрелец: стрельцом.
static ARCHER: Rule = noun(&[], &LEC_STRESSED, Zaliznyak);
/// Скиталец: скитальцем.
static WANDERER: Rule = noun(&[], &LEC, Gramota);
/// Палец: a common noun, some families keep the vowel.
static FINGER: Rule = noun(&[], &LEC, Gramota).or_man(&HUSHING);
/// Коломиец: коломийца.
static KOLOMIETS: Rule = noun(&[], &YEC, Gramota);
/// Боец: бойцом.
static FIGHTER: Rule = noun(&[], &YEC_STRESSED, Zaliznyak);
/// Заяц: зайца, but the vowel may be kept.
static HARE: Rule = noun(&[], &ZAYAC, Gramota).or_man(&HUSHING);
/// Перец: перца, but Переца for the writer.
static PEPPER: Rule = noun(&[], &EC, Gramota).or_man(&HUSHING);
/// Пасынок: пасынка.
static STEPSON: Rule = noun(&[], &OK, Zaliznyak);
/// Пророк: the vowel stays.
static PROPHET: Rule = noun(&[], &HARD, Zaliznyak);
/// Царёк, also typed without the dots.
static TSAREK: Rule = noun(&[], &YOK, Zaliznyak);
/// Горошек: горошка, but Czech names keep the vowel.
static PEA: Rule = noun(&[], &OK, Gramota).or_man(&HARD);
/// Чаёк: чайка; «Чаек» has another reading.
static TEA: Rule = noun(&[], &AYOK, Zaliznyak).or_man(&HARD);
/// Орёл: орла, but some families keep the vowel.
static EAGLE: Rule = noun(&[], &EL, Gramota).or_man(&HARD);
/// Гавел: Czech.
static HAVEL: Rule = noun(&[], &HARD, Gramota).or_man(&EL);
/// Лев: the surname keeps its vowel, the animal does not.
static LION: Rule = noun(&[], &HARD, Gramota).or_man(&LEV);
/// Ветер: ветра.
static WIND: Rule = noun(&[], &ER, Gramota).or_man(&HARD);
/// Камень: камня.
static STONE: Rule = noun(&[], &EN, Gramota).or_man(&SOFT);
/// Пень: пня, ending stressed.
static FLINT: Rule = noun(&[], &EN_STRESSED, Gramota).or_man(&SOFT);
/// Олень: the vowel stays.
static DEER: Rule = noun(&[], &SOFT, Zaliznyak);
/// Журавель: журавля.
static CRANE: Rule = noun(&[], &EL_SOFT, Gramota).or_man(&SOFT);
/// Коготь: когтя.
static CLAW: Rule = noun(&[], &OT_SOFT, Gramota).or_man(&SOFT);
/// Угорь: угря.
static EEL: Rule = noun(&[], &OR_SOFT, Gramota).or_man(&SOFT);
/// Король: королём, ending stressed.
static KING: Rule = noun(&[], &SOFT_STRESSED, Zaliznyak);
/// Бондарь: the stress wavers.
static COOPER: Rule = noun(&[], &SOFT, Zaliznyak).or_man(&SOFT_STRESSED);
/// Литвин, Мартин: not of the Russian type, «-ом» in the instrumental.
static LITVIN: Rule = noun(&[], &HARD, Rosenthal149);
/// Боярин: a common noun that looks like a surname in «-ин».
static BOYAR: Rule = noun(&[], &HARD, Zaliznyak).or_man(&OV);
/// Турчин: a people's name, but declined like a Russian surname.
static TURCHIN: Rule = noun(&[], &OV, Kalakutskaya).or_man(&HARD);
/// Львов: one vowel, yet of the Russian type.
static LVOV: Rule = male(&[], &OV, Rosenthal149);
/// Сова, Калина: nouns that look like women's surnames; a man's is a noun, a woman's may be either.
static OWL: Rule = both(&[], &A, Gramota).or_woman(&OVA);
/// Осина: a noun too, but far more often the wife of an Осин.
static OSINA: Rule = both(&[], &A, Gramota).but_woman(&OVA);
/// Цхакая: Georgian, not an adjective.
static TSKHAKAYA: Rule = both(&[], &YA, Usage).or_woman(&ADJ_F);
/// Чужая: ending stressed.
static BIG_F: Rule = female(&[], &ADJ_F, &YA, Rosenthal149);
/// Третья: третьей.
static THIRD_F: Rule = female(&[], &ADJ_F_POSSESSIVE, &YA, Zaliznyak);
/// Сергий: a noun in spite of its ending.
static SERGIY: Rule = noun(&[], &IY, Zaliznyak);
/// Рабочий: an adjective.
static WORKER: Rule = male(&[], &ADJ_SOFT, Zaliznyak);
/// Третий: третьего.
static THIRD_M: Rule = male(&[], &ADJ_POSSESSIVE, Zaliznyak);
/// Лисий: an adjective, or a name in «-ий».
static FOXY: Rule = noun(&[], &ADJ_POSSESSIVE, Gramota).or_man(&IY);
/// Бабий: Ukrainian Бабій is a noun, the Russian word an adjective.
static BABIY: Rule = noun(&[], &IY, Gramota).or_man(&ADJ_POSSESSIVE);
/// Гребений: looks like a noun, comes from an adjective.
static GREBENIY: Rule = noun(&[], &IY, Usage).or_man(&ADJ_SOFT);
/// Зверобой: a noun in «-ой».
static HERO: Rule = noun(&[], &SHORT_I, Zaliznyak);
/// Молодой: an adjective.
static YOUNG: Rule = male(&[], &ADJ, Zaliznyak);
/// Высокий: an adjective.
static HIGH: Rule = male(&[], &ADJ_VELAR, Rosenthal149);
/// Сухой: an adjective, «-им» in the instrumental.
static DRY: Rule = male(&[], &ADJ_VELAR, Zaliznyak);
/// Дюма: French, the last vowel stressed.
static DUMAS: Rule = indeclinable(&[], Rosenthal149);
/// Тома: French Тома́ stays, others decline.
static TOMA: Rule = both(&[], &A, Rosenthal149).or(&INDECLINABLE);
/// Золя: French, but also a Slavic surname that declines.
static ZOLA: Rule = indeclinable(&[], Rosenthal149).or(&YA);
/// Куусела: Finnish, the last vowel not stressed.
static KUUSELA: Rule = indeclinable(&[], Rosenthal149).or_man(&A).or_woman(&A);
/// Кузьмич, Ткач, Чиж: hushing, ending stressed.
static KUZMICH: Rule = noun(&[], &HARD, Zaliznyak);
/// Ярош: hushing, ending not stressed.
static YAROSH: Rule = noun(&[], &HUSHING, Zaliznyak);
/// Бубен: бубна, but some families keep the vowel.
static DRUM: Rule = noun(&[], &ON, Gramota).or_man(&HARD);
/// Хребет: хребта.
static RIDGE: Rule = noun(&[], &OT, Gramota).or_man(&HARD);
/// Карий: an adjective, or a noun like Багрий.
static BROWN_EYED: Rule = noun(&[], &ADJ_SOFT, Usage).or_man(&IY);
/// Ёж: ежа.
static HEDGEHOG: Rule = noun(&[], &YOZH, Zaliznyak);
/// Ёрш: ерша.
static RUFF: Rule = noun(&[], &YORSH, Zaliznyak);
/// Пёс: пса.
static DOG: Rule = noun(&[], &ES, Gramota).or_man(&HARD);
/// Лоб: common noun with a fleeting vowel.
static FOREHEAD: Rule = noun(&[], &HARD, Gramota).or_man(&OB);
/// Рот, also German Roth.
static MOUTH: Rule = noun(&[], &HARD, Gramota).or_man(&OT);
/// Сон, also Korean.
static DREAM: Rule = noun(&[], &HARD, Gramota).or_man(&ON);
/// Миних: German, not a genitive plural.
static MINICH: Rule = noun(&[], &HARD, Gramota);
/// Левша: левшой, ending stressed.
static LEFTY: Rule = both(&[], &A_HUSHING_STRESSED, Zaliznyak);
/// Груша, Саша: ending not stressed.
static PEAR: Rule = both(&[], &A_HUSHING, Zaliznyak);
/// Овца: овцой.
static SHEEP: Rule = both(&[], &A_TS_STRESSED, Zaliznyak);
/// Птица: птицей.
static BIRD: Rule = both(&[], &A_TS, Zaliznyak);

/// The words, sorted for a binary search.
#[rustfmt::skip]
pub(super) static WORDS: WordList = &[
    ("августин", &LITVIN), ("австриец", &KOLOMIETS), ("аладин", &LITVIN), ("антоний", &SERGIY),
    ("анттила", &KUUSELA), ("апельсин", &LITVIN), ("аполлоний", &SERGIY), ("арлекин", &LITVIN),
    ("армеец", &KOLOMIETS), ("армянин", &BOYAR), ("арсений", &SERGIY), ("аршин", &LITVIN),
    ("афиша", &PEAR), ("афоний", &SERGIY), ("бабий", &BABIY), ("багор", &WIND), ("балаш", &YAROSH),
    ("баловень", &STONE), ("барабаш", &YAROSH), ("барин", &LITVIN), ("барсий", &FOXY),
    ("барсок", &STEPSON), ("барсья", &THIRD_F), ("беглец", &SMITH), ("бегущий", &WORKER),
    ("бедуин", &LITVIN), ("белобок", &PROPHET), ("белок", &STEPSON), ("бенжамин", &LITVIN),
    ("бенин", &LITVIN), ("бербин", &LITVIN), ("берегой", &HERO), ("берлин", &LITVIN),
    ("бивень", &STONE), ("билина", &OWL), ("бич", &KUZMICH), ("благой", &DRY), ("блазень", &STONE),
    ("бланша", &TOMA), ("блестящий", &WORKER), ("близнец", &SMITH), ("бобер", &WIND),
    ("богатырь", &KING), ("богач", &KUZMICH), ("боец", &FIGHTER), ("божий", &THIRD_M),
    ("божья", &THIRD_F), ("бокий", &SERGIY), ("болгарин", &BOYAR), ("болдуин", &LITVIN),
    ("большая", &BIG_F), ("большой", &DRY), ("бондарь", &COOPER), ("борец", &STALLION),
    ("борзой", &YOUNG), ("боровец", &STALLION), ("бородач", &KUZMICH), ("борщ", &KUZMICH),
    ("босой", &YOUNG), ("боярин", &BOYAR), ("браток", &STEPSON), ("бредень", &STONE),
    ("брова", &OWL), ("бродячий", &WORKER), ("бубен", &DRUM), ("бубенец", &STALLION),
    ("бугор", &WIND), ("бузина", &OWL), ("бузок", &STEPSON), ("бунтарь", &KING), ("бурой", &YOUNG),
    ("буш", &YAROSH), ("былина", &OSINA), ("бычий", &THIRD_M), ("бычья", &THIRD_F),
    ("бюлов", &LITVIN), ("важа", &PEAR), ("валентин", &LITVIN), ("василек", &TSAREK),
    ("вдов", &LVOV), ("вдовец", &STALLION), ("ведущий", &WORKER), ("величина", &OWL),
    ("венец", &STALLION), ("вениамин", &LITVIN), ("верблюжий", &THIRD_M), ("верблюжья", &THIRD_F),
    ("вершина", &OSINA), ("ветер", &WIND), ("ветчина", &OWL), ("вещий", &WORKER),
    ("вирхов", &LITVIN), ("висячий", &WORKER), ("вихор", &WIND), ("вихорь", &EEL), ("вица", &BIRD),
    ("владелец", &WANDERER), ("водица", &BIRD), ("водопой", &HERO), ("возничий", &WORKER),
    ("возок", &STEPSON), ("вой", &HERO), ("волжанин", &BOYAR), ("воловий", &FOXY),
    ("воловья", &THIRD_F), ("волок", &PROPHET), ("волосок", &STEPSON), ("волчий", &THIRD_M),
    ("волчья", &THIRD_F), ("волынец", &TAILOR), ("воробей", &SPARROW), ("ворок", &STEPSON),
    ("восток", &PROPHET), ("вражий", &THIRD_M), ("вражья", &THIRD_F), ("вратарь", &KING),
    ("врач", &KUZMICH), ("второй", &YOUNG), ("высокий", &HIGH), ("вяйселя", &KUUSELA),
    ("гавел", &HAVEL), ("галуша", &PEAR), ("гараж", &KUZMICH), ("гвардеец", &KOLOMIETS),
    ("гдов", &LVOV), ("георгий", &SERGIY), ("георгин", &LITVIN), ("герой", &HERO),
    ("гершвин", &LITVIN), ("гладкой", &DRY), ("глазок", &STEPSON), ("глина", &OWL),
    ("глубокий", &HIGH), ("глупец", &STALLION), ("глухарь", &KING), ("глухой", &DRY),
    ("гнедой", &YOUNG), ("гнилой", &YOUNG), ("гобой", &HERO), ("говорящий", &WORKER),
    ("гогохая", &TSKHAKAYA), ("годвин", &LITVIN), ("година", &OWL), ("гожий", &WORKER),
    ("голова", &OWL), ("голодок", &STEPSON), ("голосок", &STEPSON), ("голубой", &YOUNG),
    ("голубок", &STEPSON), ("гонец", &STALLION), ("горбач", &KUZMICH), ("горец", &TAILOR),
    ("горлица", &BIRD), ("горобец", &STALLION), ("городничий", &WORKER), ("городок", &STEPSON),
    ("горожанин", &BOYAR), ("горошек", &PEA), ("горпина", &OWL), ("горшочек", &PEA),
    ("горячий", &WORKER), ("господин", &LITVIN), ("гош", &YAROSH), ("гоша", &PEAR),
    ("гражданин", &BOYAR), ("грач", &KUZMICH), ("гребений", &GREBENIY), ("гребень", &STONE),
    ("гремящий", &WORKER), ("гречин", &TURCHIN), ("гридень", &STONE), ("гриша", &PEAR),
    ("грузин", &LITVIN), ("груша", &PEAR), ("гулящий", &WORKER), ("гуцулец", &TAILOR),
    ("гуща", &PEAR), ("далекий", &HIGH), ("дамдын", &LITVIN), ("дарвин", &LITVIN), ("дача", &PEAR),
    ("дворец", &STALLION), ("дворянин", &BOYAR), ("дева", &OWL), ("девичий", &THIRD_M),
    ("девичья", &THIRD_F), ("дега", &KUUSELA), ("деготь", &CLAW), ("делец", &ARCHER),
    ("дельфин", &LITVIN), ("денек", &TSAREK), ("день", &FLINT), ("дергач", &KUZMICH),
    ("деркач", &KUZMICH), ("детина", &OWL), ("джакая", &TSKHAKAYA), ("диброва", &OWL),
    ("дичина", &OWL), ("долгий", &HIGH), ("долина", &OSINA), ("донец", &STALLION),
    ("дорогой", &DRY), ("древесина", &OWL), ("дрень", &DEER), ("дрожащий", &WORKER),
    ("другой", &DRY), ("дружина", &OWL), ("дружочек", &PEA), ("дубина", &OSINA),
    ("дубок", &STEPSON), ("дуброва", &OWL), ("дурень", &STONE), ("душа", &LEFTY),
    ("дюжий", &WORKER), ("дюма", &DUMAS), ("дятел", &EAGLE), ("евгений", &SERGIY),
    ("европеец", &KOLOMIETS), ("едок", &PROPHET), ("еж", &HEDGEHOG), ("ездок", &PROPHET),
    ("ерш", &RUFF), ("желток", &STEPSON), ("жемчужина", &OWL), ("жеребей", &STREAM),
    ("жеребец", &STALLION), ("жестокий", &HIGH), ("живущий", &WORKER), ("жилец", &ARCHER),
    ("жнец", &SMITH), ("жнов", &LVOV), ("жрец", &SMITH), ("журавель", &CRANE), ("журавль", &KING),
    ("завалящий", &WORKER), ("завидущий", &WORKER), ("завитой", &YOUNG), ("задача", &PEAR),
    ("заезжий", &WORKER), ("заец", &HARE), ("замок", &STEPSON), ("замочек", &PEA), ("запой", &HERO),
    ("зарок", &PROPHET), ("застой", &HERO), ("заяц", &HARE), ("заячий", &THIRD_M),
    ("заячья", &THIRD_F), ("зверек", &TSAREK), ("зверобой", &HERO), ("звонарь", &KING),
    ("звоночек", &PEA), ("зимородок", &STEPSON), ("злов", &LVOV), ("злой", &YOUNG),
    ("знаток", &PROPHET), ("зодчий", &WORKER), ("золотой", &YOUNG), ("золя", &ZOLA),
    ("зубок", &STEPSON), ("игрок", &PROPHET), ("игумень", &DEER), ("идущий", &WORKER),
    ("изгой", &HERO), ("ильич", &KUZMICH), ("индеец", &KOLOMIETS), ("индовец", &STALLION),
    ("инок", &PROPHET), ("истец", &STALLION), ("исток", &PROPHET), ("кабаний", &FOXY),
    ("кабанья", &THIRD_F), ("казачий", &THIRD_M), ("казачья", &THIRD_F), ("казбек", &HERTEK),
    ("казначий", &SERGIY), ("калач", &KUZMICH), ("калина", &OWL), ("калоша", &PEAR),
    ("кальвин", &LITVIN), ("калюжина", &OWL), ("камень", &STONE), ("камыш", &KUZMICH),
    ("карабин", &LITVIN), ("карантин", &LITVIN), ("карась", &KING), ("карий", &BROWN_EYED),
    ("картина", &OSINA), ("каша", &PEAR), ("кварая", &TSKHAKAYA), ("квасовец", &STALLION),
    ("кваша", &PEAR), ("кельвин", &LITVIN), ("кетмень", &DEER), ("киевлянин", &BOYAR),
    ("кирпич", &KUZMICH), ("кисель", &KING), ("кислица", &BIRD), ("кислой", &YOUNG),
    ("кистень", &DEER), ("китаец", &KOLOMIETS), ("клещ", &KUZMICH), ("клыч", &KUZMICH),
    ("ключ", &KUZMICH), ("ключничий", &WORKER), ("княжий", &THIRD_M), ("княжья", &THIRD_F),
    ("кобель", &KING), ("кобец", &PEPPER), ("кобзарь", &KING), ("коваленец", &TAILOR),
    ("коваль", &KING), ("ковбой", &HERO), ("ковер", &WIND), ("ковец", &STALLION),
    ("ковтел", &EAGLE), ("ковш", &KUZMICH), ("коготь", &CLAW), ("кожа", &PEAR), ("козел", &EAGLE),
    ("козий", &THIRD_M), ("козодой", &HERO), ("козья", &THIRD_F), ("колобок", &STEPSON),
    ("коломиец", &KOLOMIETS), ("колосок", &STEPSON), ("комок", &STEPSON), ("конек", &TSAREK),
    ("конец", &STALLION), ("конних", &MINICH), ("константин", &LITVIN), ("корабль", &KING),
    ("кореец", &KOLOMIETS), ("корень", &STONE), ("корзина", &OSINA), ("кормчий", &WORKER),
    ("корова", &OWL), ("коровий", &THIRD_M), ("коровья", &THIRD_F), ("королек", &TSAREK),
    ("король", &KING), ("косарь", &KING), ("коскела", &KUUSELA), ("косой", &YOUNG),
    ("костер", &WIND), ("котел", &EAGLE), ("кошачий", &THIRD_M), ("кошачья", &THIRD_F),
    ("кравчий", &WORKER), ("кремень", &FLINT), ("крестьянин", &BOYAR), ("кривобок", &PROPHET),
    ("кричащий", &WORKER), ("кронин", &LITVIN), ("крутой", &YOUNG), ("кручина", &OWL),
    ("крыша", &PEAR), ("кубелек", &TSAREK), ("кубок", &STEPSON), ("кувшин", &LITVIN),
    ("кузнец", &SMITH), ("кузнечек", &PEA), ("кузьмич", &KUZMICH), ("кулек", &TSAREK),
    ("кулица", &BIRD), ("кулич", &KUZMICH), ("кулиш", &KUZMICH), ("куль", &KING), ("куница", &BIRD),
    ("купец", &STALLION), ("курок", &STEPSON), ("кусок", &STEPSON), ("кусочек", &PEA),
    ("куусела", &KUUSELA), ("куча", &PEAR), ("лаба", &TOMA), ("лапоть", &CLAW), ("лапша", &LEFTY),
    ("ларек", &TSAREK), ("ласточ", &YAROSH), ("лебяжий", &THIRD_M), ("лебяжья", &THIRD_F),
    ("лев", &LION), ("левкой", &HERO), ("левш", &KUZMICH), ("левша", &LEFTY),
    ("леденец", &STALLION), ("лежачий", &WORKER), ("лежащий", &WORKER), ("лежень", &STONE),
    ("лень", &DEER), ("леонец", &STALLION), ("лесничий", &WORKER), ("лесок", &STEPSON),
    ("лехтола", &KUUSELA), ("лещ", &KUZMICH), ("лещина", &OWL), ("лжец", &SMITH),
    ("либих", &MINICH), ("ливень", &STONE), ("лисий", &FOXY), ("лисица", &BIRD),
    ("листок", &STEPSON), ("листочек", &PEA), ("лисья", &THIRD_F), ("литвин", &LITVIN),
    ("литвинец", &TAILOR), ("литой", &YOUNG), ("лихач", &KUZMICH), ("лихой", &DRY),
    ("личина", &OSINA), ("лоб", &FOREHEAD), ("ловец", &STALLION), ("ловчий", &WORKER),
    ("логвин", &LITVIN), ("лозина", &OWL), ("локоть", &CLAW), ("ломая", &TSKHAKAYA),
    ("ломоть", &CLAW), ("лонгий", &SERGIY), ("лощина", &OWL), ("лужа", &PEAR), ("лукаш", &YAROSH),
    ("лукич", &KUZMICH), ("луч", &KUZMICH), ("лысой", &YOUNG), ("львов", &LVOV), ("льстец", &SMITH),
    ("люка", &TOMA), ("лютой", &YOUNG), ("ляша", &PEAR), ("магазин", &LITVIN),
    ("мадьярин", &LITVIN), ("мазок", &STEPSON), ("мазурок", &STEPSON), ("малина", &OWL),
    ("малих", &MINICH), ("малой", &YOUNG), ("малыш", &KUZMICH), ("мандарин", &LITVIN),
    ("мартин", &LITVIN), ("мартын", &LITVIN), ("мартыш", &YAROSH), ("марфуша", &PEAR),
    ("маслина", &OWL), ("матица", &BIRD), ("маттила", &KUUSELA), ("машина", &OSINA),
    ("медвежий", &THIRD_M), ("медвежья", &THIRD_F), ("медвина", &OSINA), ("межа", &LEFTY),
    ("меньшая", &BIG_F), ("меньшой", &DRY), ("мертвец", &SMITH), ("меч", &KUZMICH),
    ("мешочек", &PEA), ("мещанин", &BOYAR), ("микая", &TSKHAKAYA), ("микош", &YAROSH),
    ("мина", &OWL), ("миних", &MINICH), ("миша", &PEAR), ("мишень", &DEER), ("многий", &HIGH),
    ("могущий", &WORKER), ("мокрина", &OWL), ("молодой", &YOUNG), ("молоток", &STEPSON),
    ("молчащий", &WORKER), ("монастырь", &KING), ("монгуш", &YAROSH), ("мордвин", &LITVIN),
    ("морж", &KUZMICH), ("морок", &PROPHET), ("морщина", &OWL), ("москаль", &KING),
    ("москвич", &KUZMICH), ("мосток", &STEPSON), ("моток", &STEPSON), ("мотылек", &TSAREK),
    ("мудрец", &SMITH), ("муравей", &SPARROW), ("мыш", &KUZMICH), ("мюних", &MINICH),
    ("мяч", &KUZMICH), ("набой", &HERO), ("нагий", &HIGH), ("наглец", &SMITH), ("нагой", &DRY),
    ("надточий", &SERGIY), ("настой", &HERO), ("настоящий", &WORKER), ("немец", &TAILOR),
    ("немой", &YOUNG), ("непригожий", &WORKER), ("нестерок", &STEPSON), ("несущий", &WORKER),
    ("нищий", &WORKER), ("новина", &OWL), ("ноготь", &CLAW), ("ной", &HERO), ("носок", &STEPSON),
    ("обнова", &OWL), ("оборотень", &STONE), ("оброк", &PROPHET), ("общий", &WORKER),
    ("овен", &DRUM), ("овес", &DOG), ("овечий", &THIRD_M), ("овечья", &THIRD_F), ("овца", &SHEEP),
    ("огонек", &TSAREK), ("огонь", &FLINT), ("огурец", &STALLION), ("одинокий", &HIGH),
    ("окольничий", &WORKER), ("олений", &THIRD_M), ("олень", &DEER), ("оленья", &THIRD_F),
    ("орел", &EAGLE), ("орешек", &PEA), ("оружничий", &WORKER), ("осадчий", &WORKER),
    ("осел", &EAGLE), ("осень", &DEER), ("осетин", &LITVIN), ("осина", &OSINA), ("основа", &OWL),
    ("остров", &BOYAR), ("отбой", &HERO), ("отец", &STALLION), ("отлогий", &HIGH),
    ("отрок", &PROPHET), ("охотничий", &THIRD_M), ("охотничья", &THIRD_F), ("павел", &EAGLE),
    ("павлин", &LITVIN), ("паек", &TEA), ("палач", &KUZMICH), ("палаш", &KUZMICH),
    ("палец", &FINGER), ("палица", &BIRD), ("паляруша", &PEAR), ("парень", &STONE),
    ("парубок", &STEPSON), ("парфений", &SERGIY), ("парча", &LEFTY), ("пасынок", &STEPSON),
    ("патарая", &TSKHAKAYA), ("паутина", &OWL), ("паша", &LEFTY), ("певец", &STALLION),
    ("певчий", &WORKER), ("пеккала", &KUUSELA), ("пельмень", &DEER), ("пенек", &TSAREK),
    ("пень", &FLINT), ("пепел", &EAGLE), ("перебой", &HERO), ("перец", &PEPPER), ("перина", &OSINA),
    ("перлина", &OWL), ("перстень", &STONE), ("пес", &DOG), ("песец", &STALLION), ("песий", &FOXY),
    ("песок", &STEPSON), ("песья", &THIRD_F), ("петипа", &DUMAS), ("пивень", &STONE),
    ("пингвин", &LITVIN), ("писец", &STALLION), ("платок", &STEPSON), ("платочек", &PEA),
    ("плетень", &FLINT), ("пловец", &STALLION), ("плохой", &DRY), ("плющ", &KUZMICH),
    ("погожий", &WORKER), ("подкова", &OWL), ("подлец", &SMITH), ("пожилой", &YOUNG),
    ("покой", &HERO), ("покров", &BOYAR), ("пологий", &HIGH), ("полтавец", &TAILOR),
    ("помещичий", &FOXY), ("пономарь", &KING), ("поплавок", &STEPSON), ("порок", &PROPHET),
    ("поросячий", &THIRD_M), ("поросячья", &THIRD_F), ("поршень", &STONE), ("поселец", &WANDERER),
    ("посол", &EAGLE), ("постельничий", &WORKER), ("постой", &HERO), ("поток", &PROPHET),
    ("потолок", &STEPSON), ("похожий", &WORKER), ("поющий", &WORKER), ("поясок", &STEPSON),
    ("прибой", &HERO), ("пригожий", &WORKER), ("приезжий", &WORKER), ("причина", &OWL),
    ("проезжий", &WORKER), ("пропащий", &WORKER), ("пророк", &PROPHET), ("прохожий", &WORKER),
    ("пружина", &OWL), ("прямой", &YOUNG), ("псарь", &KING), ("псков", &LVOV),
    ("птенец", &STALLION), ("птица", &BIRD), ("птичий", &THIRD_M), ("птичья", &THIRD_F),
    ("пугач", &KUZMICH), ("пузырек", &TSAREK), ("пузырь", &KING), ("пупок", &STEPSON),
    ("пустырь", &KING), ("пучина", &OWL), ("пушкарь", &KING), ("пуща", &PEAR), ("пшеница", &BIRD),
    ("пыльца", &SHEEP), ("работящий", &WORKER), ("рабочий", &WORKER), ("разбой", &HERO),
    ("разбойничий", &THIRD_M), ("разбойничья", &THIRD_F), ("раутиола", &KUUSELA),
    ("ребячий", &THIRD_M), ("ребячья", &THIRD_F), ("ревень", &DEER), ("резец", &STALLION),
    ("ремень", &FLINT), ("репей", &STREAM), ("римлянин", &BOYAR), ("рогач", &KUZMICH),
    ("росток", &STEPSON), ("рот", &MOUTH), ("роща", &PEAR), ("рубль", &KING), ("рудой", &YOUNG),
    ("рукавица", &BIRD), ("руль", &KING), ("русин", &TURCHIN), ("ручей", &STREAM),
    ("рыбачий", &THIRD_M), ("рыбачья", &THIRD_F), ("рыбий", &THIRD_M), ("рыбница", &BIRD),
    ("рыбья", &THIRD_F), ("рыжий", &WORKER), ("рысий", &FOXY), ("рысья", &THIRD_F),
    ("рябина", &OWL), ("рябой", &YOUNG), ("рядок", &STEPSON), ("садок", &STEPSON), ("сажа", &PEAR),
    ("сажень", &DEER), ("салая", &TSKHAKAYA), ("салих", &MINICH), ("самец", &STALLION),
    ("саша", &PEAR), ("сбитень", &STONE), ("свежий", &WORKER), ("свеча", &LEFTY), ("свинина", &OWL),
    ("свисток", &STEPSON), ("святой", &YOUNG), ("северин", &LITVIN), ("седой", &YOUNG),
    ("седок", &PROPHET), ("седьмой", &YOUNG), ("секретарь", &KING), ("селезень", &STONE),
    ("семьянин", &BOYAR), ("сербин", &TURCHIN), ("сергий", &SERGIY), ("сердцевина", &OWL),
    ("середина", &OSINA), ("сиделец", &WANDERER), ("сидень", &STONE), ("сидячий", &WORKER),
    ("сидящий", &WORKER), ("силач", &KUZMICH), ("синий", &WORKER), ("синица", &BIRD),
    ("сирень", &DEER), ("скворец", &STALLION), ("скиталец", &WANDERER), ("скорина", &OWL),
    ("скотина", &OWL), ("скрипач", &KUZMICH), ("скупой", &YOUNG), ("славянин", &BOYAR),
    ("слепень", &STONE), ("слепец", &STALLION), ("слепой", &YOUNG), ("слизень", &STONE),
    ("слободянин", &BOYAR), ("смородина", &OWL), ("снегирь", &KING), ("собачий", &THIRD_M),
    ("собачья", &THIRD_F), ("соболий", &THIRD_M), ("соболья", &THIRD_F), ("сова", &OWL),
    ("сокольничий", &WORKER), ("соловей", &SPARROW), ("соловий", &BABIY), ("солодовина", &OWL),
    ("солонина", &OWL), ("сон", &DREAM), ("сорванец", &STALLION), ("сорок", &PROPHET),
    ("спящий", &WORKER), ("ставень", &STONE), ("старшина", &OSINA), ("стебелек", &TSAREK),
    ("стебель", &CRANE), ("степень", &DEER), ("стержень", &STONE), ("стоящий", &WORKER),
    ("стража", &PEAR), ("стрелец", &ARCHER), ("стрелок", &STEPSON), ("стриж", &KUZMICH),
    ("строгий", &HIGH), ("строй", &HERO), ("стряпчий", &WORKER), ("студень", &STONE),
    ("сурок", &STEPSON), ("сухарь", &KING), ("сухой", &DRY), ("сухомлин", &LITVIN),
    ("сущий", &WORKER), ("сырой", &YOUNG), ("сыч", &KUZMICH), ("татарин", &LITVIN),
    ("творец", &STALLION), ("телячий", &THIRD_M), ("телячья", &THIRD_F), ("тень", &DEER),
    ("титок", &STEPSON), ("тихой", &DRY), ("тичина", &OWL), ("ткач", &KUZMICH),
    ("товарищ", &YAROSH), ("толкач", &KUZMICH), ("тома", &TOMA), ("томаш", &YAROSH),
    ("топчий", &SERGIY), ("тощий", &WORKER), ("третий", &THIRD_M), ("третья", &THIRD_F),
    ("тростина", &OWL), ("труайя", &DUMAS), ("трубач", &KUZMICH), ("трутень", &STONE),
    ("тугий", &HIGH), ("тугой", &DRY), ("тупой", &YOUNG), ("турбина", &OSINA), ("турок", &STEPSON),
    ("турчин", &TURCHIN), ("туча", &PEAR), ("тычина", &OWL), ("тюлень", &DEER),
    ("тягнибок", &PROPHET), ("убогий", &HIGH), ("убой", &HERO), ("угарь", &KING), ("угол", &EAGLE),
    ("уголек", &TSAREK), ("уголь", &CRANE), ("угорь", &EEL), ("удалец", &STALLION),
    ("удалой", &YOUNG), ("узбек", &HERTEK), ("узел", &EAGLE), ("украинец", &TAILOR),
    ("улей", &HIVE), ("улица", &BIRD), ("умелец", &WANDERER), ("упругий", &HIGH),
    ("урок", &PROPHET), ("усач", &KUZMICH), ("устой", &HERO), ("ферма", &KUUSELA),
    ("флотов", &LITVIN), ("фомич", &KUZMICH), ("фонарь", &KING), ("франклин", &LITVIN),
    ("хаапала", &KUUSELA), ("халих", &MINICH), ("ханжа", &LEFTY), ("хатина", &OWL),
    ("хвощ", &KUZMICH), ("хейфец", &HEIFETZ), ("хених", &MINICH), ("хертек", &HERTEK),
    ("хитрец", &SMITH), ("хичкок", &PROPHET), ("хлевина", &OWL), ("хмелец", &ARCHER),
    ("ходок", &PROPHET), ("ходящий", &WORKER), ("хозяин", &LITVIN), ("холодец", &STALLION),
    ("холодок", &STEPSON), ("хорек", &TSAREK), ("хоружий", &WORKER), ("хорунжий", &WORKER),
    ("хохол", &EAGLE), ("хохолок", &STEPSON), ("храбец", &STALLION), ("храбрец", &SMITH),
    ("хребет", &RIDGE), ("христианин", &BOYAR), ("хромой", &YOUNG), ("хрущ", &KUZMICH),
    ("худой", &YOUNG), ("хуторок", &STEPSON), ("цапок", &STEPSON), ("царек", &TSAREK),
    ("царица", &BIRD), ("царь", &KING), ("цветок", &STEPSON), ("цветочек", &PEA),
    ("цветущий", &WORKER), ("цхакая", &TSKHAKAYA), ("чабел", &EAGLE), ("чаек", &TEA),
    ("чамзырын", &LITVIN), ("чаплин", &LITVIN), ("чаща", &PEAR), ("челнок", &PROPHET),
    ("человечек", &PEA), ("человечий", &THIRD_M), ("человечья", &THIRD_F), ("черкасец", &TAILOR),
    ("чернец", &SMITH), ("чернобок", &PROPHET), ("чертеж", &KUZMICH), ("чеснок", &PROPHET),
    ("чехол", &EAGLE), ("чиж", &KUZMICH), ("чикая", &TSKHAKAYA), ("чирей", &HIVE),
    ("читая", &TSKHAKAYA), ("чтец", &SMITH), ("чужая", &BIG_F), ("чужбина", &OWL),
    ("чужий", &WORKER), ("чужой", &DRY), ("чуприна", &OWL), ("чхая", &TSKHAKAYA), ("шатер", &WIND),
    ("шатобриа", &DUMAS), ("швец", &SMITH), ("шелая", &TSKHAKAYA), ("шених", &MINICH),
    ("шерлок", &PROPHET), ("шершень", &STONE), ("шина", &OWL), ("широкий", &HIGH), ("шклов", &LVOV),
    ("шнурок", &STEPSON), ("щавель", &KING), ("щебень", &STONE), ("щегол", &EAGLE),
    ("щербина", &OWL), ("щетина", &OWL), ("юнец", &STALLION), ("юних", &MINICH), ("язь", &KING),
    ("ялина", &OWL), ("янош", &YAROSH), ("ярина", &OWL), ("ярош", &YAROSH), ("ясельничий", &WORKER),
    ("ясень", &DEER), ("ячмень", &DEER),
];
