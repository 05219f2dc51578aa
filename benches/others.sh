#!/usr/bin/env bash
# Letters a second of the whole program beside other programs, each as its users would have it: lettre's own transport
# with a pool, mailmerge (one connection, as it has no more), nodemailer with a pool. All send a personal letter of
# about 6 KB into Postfix's smtp-sink; gonets alone keeps a ledger and can be cut off. Medians of three rounds.
#
#     benches/others.sh [LETTERS [CONNECTIONS…]]
#
# LETTERS are those of each of the others; gonets sends twenty times as many, so that its start does not count. mailmerge
# and nodemailer are fetched into target/others. gonets may be given as GONETS.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/campaign.sh 500 "$@"
many=$((letters * 20))
tools=$PWD/target/others
mkdir -p "$tools"
cargo build --release --quiet --manifest-path benches/others/lettre_pool/Cargo.toml --target-dir "$tools"
[ -x "$tools/mailmerge/bin/mailmerge" ] || {
  python3 -m venv "$tools/mailmerge" && "$tools/mailmerge/bin/pip" install --quiet mailmerge==2.3.0
}
[ -d "$tools/node_modules/nodemailer" ] || npm install --silent --no-audit --no-fund --prefix "$tools" nodemailer@7

write_list "$many"
write_letter | sed 's/addressee.position/position_dative/; s/addressee.name/name_dative/' > "$folder/others.md"
mkdir "$folder/mailmerge"
head -n $((letters + 1)) "$folder/contacts.csv" | tr ';' ',' > "$folder/mailmerge/mailmerge_database.csv"
{
  printf 'TO: {{email}}\nSUBJECT: О семинаре\nFROM: Дирекция <invite@sender.test>\n\n'
  sed 's/{{ event }}/«Осень»/g' "$folder/others.md"
} > "$folder/mailmerge/mailmerge_template.txt"
printf '[smtp_server]\nhost = 127.0.0.1\nport = %s\nratelimit = 0\n' "$port" > "$folder/mailmerge/mailmerge_server.conf"

lettre_pool() { "$tools/release/lettre_pool" "$folder/contacts.csv" "$folder/others.md" "$port" "$1" "$letters"; }
mailmerge() { (cd "$folder/mailmerge" && "$tools/mailmerge/bin/mailmerge" --no-dry-run --no-limit > /dev/null); }
nodemailer() { (cd "$tools" && node "$OLDPWD/benches/others/nodemailer.mjs" "$folder/contacts.csv" "$folder/others.md" "$port" "$1" "$letters"); }

# So many letters in so many seconds, as letters a second; and beside gonets.
rate() { awk -v l="$1" -v s="$2" 'BEGIN { print l / s }'; }

printf '%-12s %-11s %10s %10s\n' program connections letters/s of-gonets
for n in "${connections[@]}"; do
  write_campaign "$n"
  : > "$folder/own"
  for _ in $(seq "$rounds"); do
    rm -f "$folder"/ledger*
    send --limit 1
    a=$(now); send; since "$a" >> "$folder/own"
    for program in lettre_pool mailmerge nodemailer; do
      [ "$program" = mailmerge ] && [ "$n" -ne "${connections[0]}" ] && continue
      a=$(now); "$program" "$n"; since "$a" >> "$folder/$program.took"
    done
  done
  own=$(rate "$many" "$(median < "$folder/own")")
  printf '%-12s %-11d %10.0f %10s\n' gonets "$n" "$own" 1
  for program in lettre_pool mailmerge nodemailer; do
    [ -s "$folder/$program.took" ] || continue
    theirs=$(rate "$letters" "$(median < "$folder/$program.took")")
    awk -v p="$program" -v n="$([ "$program" = mailmerge ] && echo 1 || echo "$n")" -v r="$theirs" -v own="$own" \
      'BEGIN { printf "%-12s %-11d %10.0f %10.3f\n", p, n, r, r / own }'
    rm "$folder/$program.took"
  done
done
