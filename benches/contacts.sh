#!/bin/sh
# A million rows of ten Cyrillic columns: how fast `check --list` is beside a bare csv loop with address parsing, and
# how much memory it takes. The ratio is to be 60 % or more, the memory 100 MiB or less.
#
#     benches/contacts.sh [ROWS]
#
# gonets may be given as GONETS, the bare loop as BARE.
set -eu
cd "$(dirname "$0")/.."
rows=${1:-1000000}
folder=$(mktemp -d "${TMPDIR:-/tmp}/gonets-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cat > "$folder/campaign.toml" <<TOML
id = "bench"
[from]
address = "invite@example.org"
[contacts]
file = "contacts.csv"
[letter]
subject = "О семинаре"
body = "letter.md"
TOML
cat > "$folder/letter.md" <<'LETTER'
{{ salutation }}!
LETTER
awk -v rows="$rows" 'BEGIN {
    surnames = split("Иванова Петрова Смирнова Кузнецова Попова Васильева Соколова Михайлова Новикова Фёдорова Морозова Волкова Алексеева Лебедева Семёнова Егорова Павлова Козлова Степанова Николаева", surname, " ")
    names = split("Анна Мария Елена Ольга Наталья Ирина Татьяна Светлана Екатерина Людмила Галина Юлия Вера Надежда Любовь Валентина Нина Марина Лариса Дарья", name, " ")
    patronymics = split("Ивановна Петровна Сергеевна Андреевна Алексеевна Дмитриевна Михайловна Николаевна Владимировна Александровна Викторовна Юрьевна Олеговна Павловна Борисовна Васильевна Григорьевна Ильинична Львовна Романовна", patronymic, " ")
    posts = split("Директор,Заместитель директора,Начальник,Руководитель,Исполняющий обязанности директора", post, ",")
    print "Эл. почта;Фамилия;Имя;Отчество;Должность;Организация;Район;Населённый пункт;Пол;Примечание"
    for (i = 1; i <= rows; i++)
        printf "person%d@district%d.example;%s;%s;%s;%s;Школа № %d;Северный район;посёлок Речной-%d;ж;приглашена на семинар\r\n", i, i % 997, surname[i % surnames + 1], name[int(i / 20) % names + 1], patronymic[int(i / 400) % patronymics + 1], post[i % posts + 1], i, i % 4999
}' > "$folder/contacts.csv"
if [ -z "${GONETS:-}" ]; then
    cargo build --quiet --release --locked
    GONETS=$PWD/target/release/gonets
fi
if [ -z "${BARE:-}" ]; then
    BARE=$(cargo bench --bench bare_csv --no-run --locked 2>&1 | sed -n 's/.*(\(target[^)]*\)).*/\1/p')
fi
ls -l "$folder/contacts.csv" | awk '{ printf "%d MB, ", $5 / 1000000 }'
echo "$rows rows"
timed() {
    /usr/bin/time -f '%e %M' -o "$folder/time" "$GONETS" "$@" --quiet "$folder" > /dev/null 2>&1
    awk -v bare="$bare" -v what="$*" '{ printf ", %s %.2f s: %.0f %%, %.0f MiB", what, $1, 100 * bare / $1, $2 / 1024 }' "$folder/time"
}
for _ in 1 2 3; do
    bare=$("$BARE" "$folder/contacts.csv" 2> /dev/null)
    printf 'bare %.2f s' "$bare"
    timed check --list
    echo
done
