#!/usr/bin/env bash
# Letters a second of the whole program beside Postfix's smtp-source, into Postfix's smtp-sink, as ratios.
#
# smtp-source composes nothing and records nothing; gonets composes a personal letter of about 6 KB for each
# row and keeps its ledger on disk with FULL. The look that `send` takes at the whole list first is told
# apart: it is what `send --dry-run` takes. Usage: benches/throughput.sh [LETTERS [CONNECTIONS…]]
set -euo pipefail
cd "$(dirname "$0")/.."
letters=${1:-10000}
[ $# -gt 0 ] && shift
connections=("$@")
[ "${#connections[@]}" -gt 0 ] || connections=(1 4 16)

cargo build --release --quiet --locked
gonets=$PWD/target/release/gonets
folder=$(mktemp -d "${TMPDIR:-/tmp}/gonets-bench.XXXXXX")
port=$((20000 + RANDOM % 10000))
user=()
[ "$(id -u)" -ne 0 ] || user=(-u nobody)
smtp-sink "${user[@]}" "127.0.0.1:$port" 1000 &
sink=$!
trap 'kill "$sink" 2>/dev/null || true; rm -rf "$folder"' EXIT
sleep 0.5

paragraph='Приглашаем Вас принять участие в семинаре **{{ event }}**, который состоится в Москве; просим подтвердить участие до конца месяца по телефону или электронной почте.'
{
  echo 'email;Фамилия;Имя;Отчество;name_dative;position_dative;salutation;Район'
  seq 1 "$letters" | sed 's/.*/p&@many.test;Ильина;Анна;Петровна;Ильиной А.П.;Начальнику отдела;Уважаемая Анна Петровна;Район &/'
} > "$folder/contacts.csv"
{
  printf '{{ addressee.position }}\n{{ addressee.name }}\n\n{{ salutation }}!\n\n'
  for _ in 1 2 3 4; do printf '%s\n\n' "$paragraph"; done
} > "$folder/letter.md"

now() { date +%s.%N; }
printf '%-12s %14s %14s %12s %14s\n' connections 'gonets, run/s' 'with look/s' source/s 'run : source'
for n in "${connections[@]}"; do
  cat > "$folder/campaign.toml" <<TOML
id = "bench"
[from]
name = "Дирекция"
address = "invite@sender.test"
[contacts]
file = "contacts.csv"
[letter]
subject = "О семинаре"
body = "letter.md"
[letter.values]
event = "«Осень»"
[smtp]
host = "127.0.0.1"
port = $port
security = "none"
[pace]
connections = $n
messages_per_connection = 1000000
TOML
  rm -f "$folder"/ledger*
  a=$(now); "$gonets" send "$folder" --dry-run --quiet > /dev/null 2>&1
  b=$(now); "$gonets" send "$folder" --yes --quiet > /dev/null 2>"$folder/err" || { cat "$folder/err"; exit 1; }
  c=$(now); smtp-source -d -s "$n" -m "$letters" -l 6000 -f a@sender.test -t b@many.test "127.0.0.1:$port"
  d=$(now)
  awk -v l="$letters" -v n="$n" -v a="$a" -v b="$b" -v c="$c" -v d="$d" 'BEGIN {
    look = b - a; whole = c - b; run = whole - look; source = d - c
    printf "%-12d %14.0f %14.0f %12.0f %14.2f\n", n, l / run, l / whole, l / source, source / run }'
done
