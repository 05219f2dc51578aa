#!/usr/bin/env bash
# Letters a second of the whole program into Postfix's smtp-sink, beside Postfix's smtp-source and beside the same
# letters without a ledger, in turns, as medians of three rounds.
#
#     benches/throughput.sh [LETTERS [CONNECTIONS…]]
#
# smtp-source composes nothing and records nothing; gonets composes a personal letter of about 6 KB for each row and
# keeps its ledger in TMPDIR with FULL; the run without a ledger is a whole process too, and reads the same list. The
# look that `send` takes at the whole list is taken before, by a run of one letter; it is in the last column. What to
# expect depends on the disk: each letter waits for an fsync between the reply to the one before it on its connection
# and its own first octet, so its cost is printed. TMPDIR=/dev/shm shows what is left without it. gonets may be given as
# GONETS, bare_smtp as BARE.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/campaign.sh 10000 "$@"

if [ -z "${BARE:-}" ]; then
  BARE=$(cargo bench --bench bare_smtp --no-run --locked 2>&1 | sed -n 's/.*(\(target[^)]*\)).*/\1/p')
fi
write_list "$letters"

fsync=$( { for _ in 1 2 3 4 5 6 7 8 9; do
  a=$(now); dd if=/dev/zero of="$folder/fsync.part" bs=8k count=50 oflag=dsync 2>/dev/null; since "$a"; done; } | median)
awk -v s="$fsync" 'BEGIN { printf "an fsync of 8 KiB takes about %.2f ms here\n", s / 50 * 1000 }'

printf '%-11s %10s %14s %10s %15s %16s %8s\n' connections gonets/s without-ledger source/s gonets:source gonets:without look/s
for n in "${connections[@]}"; do
  write_campaign "$n"
  : > "$folder/own"; : > "$folder/bare"; : > "$folder/source"; : > "$folder/look"
  for _ in $(seq "$rounds"); do
    rm -f "$folder"/ledger*
    a=$(now); send --limit 1; since "$a" >> "$folder/look"
    a=$(now); send; since "$a" >> "$folder/own"
    a=$(now); "$BARE" "$folder" "$n"; since "$a" >> "$folder/bare"
    a=$(now); smtp-source -d -s "$n" -m "$letters" -l 6000 -f a@sender.test -t b@many.test "127.0.0.1:$port"
    since "$a" >> "$folder/source"
  done
  awk -v l="$letters" -v n="$n" -v own="$(median < "$folder/own")" -v bare="$(median < "$folder/bare")" \
    -v source="$(median < "$folder/source")" -v look="$(median < "$folder/look")" 'BEGIN {
    printf "%-11d %10.0f %14.0f %10.0f %15.2f %16.2f %8.0f\n", n, l / own, l / bare, l / source, source / own, bare / own, l / look }'
done
