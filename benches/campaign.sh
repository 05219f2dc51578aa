# Sourced by the scripts beside it, with the number of letters that they send unless told, and their own arguments,
# [LETTERS [CONNECTIONS…]]: sets $letters, $connections, $rounds and $GONETS, which is built where it is not given. Opens
# a relay that takes everything at $port, and has a campaign of personal letters of about 6 KB to it in $folder; both are
# gone when the script ends.

letters=${2:-$1}
connections=("${@:3}")
[ "${#connections[@]}" -gt 0 ] || connections=(1 4 16)
rounds=${ROUNDS:-3}

if [ -z "${GONETS:-}" ]; then
  cargo build --release --quiet --locked
  GONETS=$PWD/target/release/gonets
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/gonets-bench.XXXXXX")
port=$((20000 + RANDOM % 10000))
user=()
[ "$(id -u)" -ne 0 ] || user=(-u nobody)
smtp-sink "${user[@]}" "127.0.0.1:$port" 1000 &
sink=$!
trap 'kill "$sink" 2>/dev/null || true; rm -rf "$folder"' EXIT
sleep 0.5

paragraph='Приглашаем Вас принять участие в семинаре **{{ event }}**, который состоится в Москве; просим подтвердить участие до конца месяца по телефону или электронной почте.'

write_list() { # LETTERS
  {
    echo 'email;Фамилия;Имя;Отчество;name_dative;position_dative;salutation;Район'
    seq 0 "$1" | sed 's/.*/p&@many.test;Ильина;Анна;Петровна;Ильиной А.П.;Начальнику отдела;Уважаемая Анна Петровна;Район &/'
  } > "$folder/contacts.csv"
}

write_letter() {
  printf '{{ addressee.position }}\n{{ addressee.name }}\n\n{{ salutation }}!\n\n'
  for _ in 1 2 3 4; do printf '%s\n\n' "$paragraph"; done
}

write_campaign() { # CONNECTIONS
  write_letter > "$folder/letter.md"
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
connections = $1
messages_per_connection = 1000000
TOML
}

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { print b - a }'; }
median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

send() {
  "$GONETS" send "$folder" --yes --quiet "$@" > /dev/null 2> "$folder/err" || [ $? -eq 1 ] || { cat "$folder/err"; exit 1; }
}
