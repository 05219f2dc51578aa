//! Small words, abbreviations and first parts of compounds that never change. Data only.

/// "Acting": what follows is in the genitive already («И.о. начальника»).
///
/// Without the dots, spaces and slashes between the letters.
pub(super) const ACTING: &[&str] = &["ио врио вио врид врип вриоп ип"];

/// Abbreviated nouns: they and their genitive (or instrumental) tail stay.
pub(super) const ABBREVIATED_NOUNS: &[&str] = &[
    "зам нач зав пом рук дир упр пред замнач замзав замдир замрук спец преп проф доц акад асс",
    "ассист инж секр чл уполн канд докт чл-кор воспит учит бухг деп предст коорд сотр",
];

/// Abbreviated adjectives: they stay, and the nominative after them declines («Гл. бухгалтеру»).
pub(super) const ABBREVIATED_ADJECTIVES: &[&str] = &[
    "гл ст мл вед ген исп тех техн фин ком комм отв уч учен науч гос мед муз физ соц худ полн",
    "почет засл нар перв вр оперуп юр экон адм пед врем оч старш младш глав",
];

/// Words that may stand before the head and never change.
pub(super) const BEFORE_THE_HEAD: &[&str] = &[
    "временно постоянно вновь не его ее их ранее впервые особо недавно также одновременно",
    "фактически официально заново повторно досрочно бывш штатно по-прежнему лично непосредственно",
    "совместно дополнительно тов гр",
];

/// Prepositions that begin a tail: a phrase that starts with one has no head.
pub(super) const PREPOSITIONS: &[&str] =
    &["по при в во на за из от до для с со у к ко о об без под над через про между среди"];

/// Conjunctions after which a second head may follow.
pub(super) const CONJUNCTIONS: &[&str] = &["и или либо а также он она же затем"];

/// Clipped first parts, written solid before an oblique case; the word never changes
/// («замдекана»).
pub(super) const CLIPPED: &[&str] = &["зам пом зав нач ком"];

/// First parts of hyphenated compounds that never change (Правила 1956 г., § 79 п. 13: «вице-»,
/// «обер-», «экс-», «пресс-» …; borrowed attributes: «веб-», «бизнес-», «онлайн-»; «премьер-»,
/// «статс-», «шеф-» by usage).
///
/// Not «член-»: «члену-корреспонденту».
pub(super) const INDECLINABLE_FIRST_PARTS: &[&str] = &[
    "офис аккаунт риск комплаенс клиент трафик проект продукт комьюнити кастомер тренд маркетинг",
    "принт паблик эндаумент сторис промпт фронтенд бэкенд фуллстек джуниор миддл сеньор плей",
    "стейдж саунд лайв ко вице премьер статс обер унтер экс пресс онлайн офлайн веб бизнес шеф арт",
    "топ медиа интернет контр гранд лейб камер флигель штаб штабс контент супер мини фото видео",
    "кино аудио эко био фитнес бренд проджект продакт пиар рок поп джаз диджитал трейд колл",
    "контакт дата тур лорд сити гейм геймс ивент эвент тим скрам стрит блок яхт экспо конгресс",
    "диско смарт ландшафт гала нон анти псевдо квази ультра макро микро мега нано софт хард секонд",
    "промо хобби скаут сервис спорт спа велнес маркет пул хедж свинг лайф кросс смм ит пр эйчар",
    "тест лид сейлз форс суб архи гоф цейх рейхс бунд со санкт нью сан ура крайне физ дизель",
    "вебинар инфо кибер робо экстра гипер транс пост шоу тайм фандрайзинг кейс стартап патч дресс",
    "фейс",
];

/// First parts that never change before a military rank (Правила 1956 г., § 79: «генерал-майору»,
/// «капитан-лейтенанту»).
pub(super) const INDECLINABLE_BEFORE_RANK: &[&str] = &["генерал капитан мастер лейтенант"];

/// Ranks before which «инженер-» never changes («инженер-капитану»); a profession declines with it.
pub(super) const ENGINEERS_RANKS: &[&str] =
    &["майор лейтенант полковник подполковник адмирал капитан контр-адмирал"];

/// The ranks, old and new, that follow `INDECLINABLE_BEFORE_RANK`.
pub(super) const RANKS: &[&str] = &[
    "майор лейтенант полковник подполковник адмирал капитан командор губернатор адъютант аншеф",
    "прокурор фельдмаршал сержант директор генерал контролер инспектор штурман интендант",
];

/// Prefixes written solid before a listed noun («содиректор», «техдиректор», «главврач»).
pub(super) const SOLID_PREFIXES: &[&str] = &[
    "со под подъ экс супер гос глав ген воен спец тех гор рай обл край про пед мед физ соц проф",
    "спорт авто радио теле кино фото видео био агро гидро электро аэро авиа нейро психо архи прото",
    "обер веб медиа нац орг техно кванто центр сель лес строй газ пром фин инфо тепло энерго рос",
    "мос морс зоо вело мото лже внуч литер муз худ хоз культ",
];

/// Words that look like adjectives in the nominative but do not belong to the head: pronouns of a
/// subordinate clause, and genitives of nouns in -ай («глава Алтая»).
pub(super) const NEVER_AGREEING: &[&str] = &[
    "края алтая урожая случая обычая трамвая сарая китая мая чая рая николая уругвая парагвая",
    "каравая дубая шанхая синая тая бурая михая попугая горностая ермолая который которая которое",
    "которые чей чья какой такой свой кой",
];

/// Last parts of territories' names, which stay after a dash («Северная Осетия – Алания»).
pub(super) const PARTS_OF_PLACE_NAMES: &[&str] = &["алания югра кузбасс чувашия якутия"];
