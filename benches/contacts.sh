#!/bin/sh
# A million rows of ten Cyrillic columns: how fast `check --list` is beside a bare csv loop with address parsing,
# and how much memory it takes. The ratio is to be 60 % or more, the memory 100 MiB or less.
#
#     benches/contacts.sh [ROWS]
set -eu
rows=${1:-1000000}
folder=$(mktemp -d)
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
echo "Добрый день." > "$folder/letter.md"
awk -v rows="$rows" 'BEGIN {
    print "Эл. почта;Фамилия;Имя;Отчество;Должность;Организация;Район;Населённый пункт;Пол;Примечание"
    for (i = 1; i <= rows; i++)
        printf "person%d@district%d.example;Ильина-%d;Анна;Петровна;Начальник отдела образования;Администрация района № %d;Северный район;посёлок Речной;ж;приглашена на семинар\r\n", i, i % 997, i, i % 997
}' > "$folder/contacts.csv"
cargo build --quiet --release
cargo bench --quiet --bench bare_csv --no-run
ls -l "$folder/contacts.csv" | awk '{ printf "%d MB, ", $5 / 1000000 }'
echo "$rows rows"
for _ in 1 2 3; do
    bare=$(cargo bench --quiet --bench bare_csv -- "$folder/contacts.csv" 2> /dev/null)
    /usr/bin/time -f '%e %M' -o "$folder/time" target/release/gonets check --list --quiet "$folder" > /dev/null
    awk -v bare="$bare" '{ printf "bare %.2f s, check --list %.2f s: %.0f %%, %.0f MiB\n", bare, $1, 100 * bare / $1, $2 / 1024 }' "$folder/time"
done
