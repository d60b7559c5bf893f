#!/usr/bin/env bash
# What does a graph of a thousand million ties cost? Generates an R-MAT graph of 2^SCALE accounts and
# some 16 ties each, opens it, simulates cascades on it, and prints times and peaks of memory.
#
#   benches/billion.sh SCALE FOLDER [RUNS] [RESHARE]      by default 1000 and 0.002
#
# SCALE 26 is a thousand million ties. The graph stays in FOLDER, where it is found the next time. Set
# TIELINE to another binary than target/release/tieline, and THREADS to "1" to leave out two.
# CPU is that of all threads, and tells on a busy machine. Memory is that of the process: anonymous
# (its own) and backed by the graph file (which the system shares and takes back), each the largest of
# samples every 50 ms; the peak of both is the kernel's.
set -euo pipefail
export LC_ALL=C
[ $# -ge 2 ] || { sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2; }
scale=$1 folder=$2 runs=${3:-1000} reshare=${4:-0.002}
tieline=${TIELINE:-$(dirname "$0")/../target/release/tieline}
[ -x "$tieline" ] || { echo "no binary $tieline: cargo build --release --features cli"; exit 1; }

# 4 bytes for each of 16 ties an account, and 8 for an account, of disk and as much of memory.
need=$((((16 * 4 + 8) << scale >> 20) + 256))
disk=$(df -Pm "$folder" | awk 'NR == 2 { print $4 }')
memory=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
echo "needs $need MiB of disk and of memory, found $disk and $memory" >&2
[ "$disk" -ge "$need" ] && [ "$memory" -ge "$need" ] || exit 1
out=$folder/r-mat-$scale.tl page=$(mktemp)
trap 'rm -f "$page"' EXIT

# Runs a command, and prints a row: what, seconds, seconds of CPU, and MiB of memory.
measured() {
    local what=$1 start own=0 backed=0 peak=0 ticks=0 now a f h
    shift
    start=${EPOCHREALTIME/./}
    "$@" >"$page" &
    while now=$(awk '/^VmHWM/ { h = $2 } /^RssAnon/ { a = $2 } /^RssFile/ { f = $2 }
        FILENAME ~ /stat$/ { t = $14 + $15 } END { if (h) print h, a, f, t }' \
        "/proc/$!/status" "/proc/$!/stat" 2>/dev/null) && [ -n "$now" ]; do
        read -r h a f ticks <<<"$now"
        peak=$h own=$((a > own ? a : own)) backed=$((f > backed ? f : backed))
        sleep 0.05
    done
    wait $! || { echo "failed: $*" >&2; exit 1; }
    took=$(((${EPOCHREALTIME/./} - start) / 10000)) cpu=$((ticks * 100 / $(getconf CLK_TCK)))
    printf '| %s | %d.%02d | %d.%02d | %d | %d | %d |\n' "$what" $((took / 100)) $((took % 100)) \
        $((cpu / 100)) $((cpu % 100)) $((own / 1024)) $((backed / 1024)) $((peak / 1024))
}

origins=$(seq -s, 0 99)
echo "| part | seconds | CPU seconds | anonymous, MiB | file-backed, MiB | peak, MiB |"
echo "|---|---|---|---|---|---|"
if [ ! -e "$out" ]; then
    measured "generate and write" \
        "$tieline" generate r-mat --scale "$scale" --edge-factor 16 --out "$out"
    head -n 1 "$page" >&2
fi
measured "open, one run of one step" "$tieline" simulate --graph "$out" --reshare "$reshare" \
    --origins "$origins" --runs 1 --max-steps 1 --json -
for threads in ${THREADS:-1 2}; do
    measured "$runs cascades, threads: $threads" "$tieline" simulate --graph "$out" \
        --reshare "$reshare" --origins "$origins" --runs "$runs" --threads "$threads" --json -
    figures+=$(awk -v t="$threads" -v cpu="$cpu" -F '[:,]' '
        /^  "activations"/ { activations = $2 } /^  "runs"/ { runs = $2 } /"simulate"/ { seconds = $2 }
        END { printf "\n%d thread(s): %.0f accounts a cascade, %.1f ns an activation, of CPU %.1f",
              t, activations / runs, 1e9 * seconds / activations, 1e7 * cpu / activations }' "$page")
done
echo
echo "$(($(stat -c %s "$out") >> 20)) MiB of graph in $out; reshare $reshare, 100 origins$figures"
