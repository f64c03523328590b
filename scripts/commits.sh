#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make commits`: a series, a range or patches, commit by commit.  Which: see
# range.sh.  What of them: SUITE (commits), TOPOLOGY, CASES, BOOTS.
#
# results/history/<name>/commits.tsv is whole after every commit; what was
# measured is kept (points.sh), so the same command goes on where it was stopped
# and measures nothing twice.
# The last line of standard output is the history's directory.
# Exit status: that of `dlab history`, or 3 where the lab failed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/progress.sh
. "$(dirname "$0")/progress.sh"
# shellcheck source=scripts/points.sh
. "$(dirname "$0")/points.sh"

end_when_told
# two in a row are no chance: the third would fail as well
MAX_LAB_FAILURES=2

# range KEY: what range.sh said
range() { awk -F '\t' -v k="$1" '$1 == k {sub(/^[^\t]*\t/, ""); print}' <<<"$RANGE_IS"; }

# a history of other cases is another one
name()
{
	local name other=
	name=$(range name)
	[[ $SUITE == commits ]] || name+=-$SUITE
	other=$TOPOLOGY$CASES$BOOTS
	[[ ! $other ]] || name+=-$(sha <<<"$TOPOLOGY/$CASES/$BOOTS" | cut -c 1-6)
	tr -c 'a-zA-Z0-9.\n-' _ <<<"$name"
}

# write FILE: standard input, whole or not at all
write()
{
	cat >"$1.tmp"
	sync "$1.tmp"
	mv "$1.tmp" "$1"
}

describe()
{
	mkdir -p "$DIR"
	write "$DIR/history.ini" <<INI
# written by make commits
[history]
title = $(range title)
base = $(range base)
range = $(range range)
suite = $SUITE
cases = $CASES
topologies = $TOPOLOGY
boots = $BOOTS
kernel_src = ${KERNEL_SRC:+$(realpath "$KERNEL_SRC")}
INI
}

# look I: what the store has of commit I, in ROWS and TOOK
look()
{
	local point outcome
	point=$(point_of "${TREES[$1]}")
	ROWS[$1]=$'unmeasured\t\t-\t-\t-' TOOK[$1]=''
	is_stored "$point" || return 0
	outcome=$(awk -F '\t' '{v[$1] = $2}
		END {print v["outcome"] "\t" v["reason"] "\t" v["run"] "\t" \
			v["build_s"] "\t" v["measure_s"]
		     print v["build_s"] + v["measure_s"]}' "$point")
	ROWS[$1]=${outcome%$'\n'*} TOOK[$1]=${outcome##*$'\n'}
}

write_commits()
{
	local i
	{
		printf 'commit\ttree\tauthor\tdate\tsubject\toutcome\treason\trun\tbuild_s\tmeasure_s\n'
		for i in "${!COMMITS[@]}"; do
			printf '%s\t%s\n' "${ABOUT[i]}" "${ROWS[i]}"
		done
	} | write "$DIR/commits.tsv"
}

find_commits()
{
	local i
	RANGE_IS=$(patiently "finding the commits" "$TOP/scripts/range.sh")
	TREE=$(range tree)
	mapfile -t COMMITS < <(range commit)
	mapfile -t ABOUT < <(printf '%s\n' "${COMMITS[@]}" |
		git -C "$TREE" log --no-walk=unsorted --stdin \
			--format='%H%x01%T%x01%an%x01%aI%x01%s' |
		tr '\t\1' ' \t')
	for i in "${!COMMITS[@]}"; do
		TREES[i]=$(cut -f 2 <<<"${ABOUT[i]}")
		look "$i"
	done
	DIR=$TOP/results/history/$(name)
}

# minutes SECONDS
minutes() { (($1 < 100)) && echo "$1 s" || echo "$((($1 + 30) / 60)) min"; }

# each SECONDS...: what a commit takes, by those that were measured now.  The first
# of them built all of a kernel, which no other does; without a second one those
# that are stored count, and without these nothing is known.
each()
{
	local seconds=("${@:2}")
	((${#seconds[@]})) || seconds=("${TOOK[@]:1}")
	printf '%s\n' "${seconds[@]}" | awk 'NF {s += $1; n++} END {if (n) print int(s / n + 0.5)}'
}

measure_all()
{
	local i done=0 todo=0 failures=0 status started spent=() eta
	for i in "${!COMMITS[@]}"; do [[ ${TOOK[i]} ]] || todo=$((todo + 1)); done
	say "${#COMMITS[@]} commits, of which $((${#COMMITS[@]} - todo)) are measured already"
	for i in "${!COMMITS[@]}"; do
		# the same tree may have come by meanwhile
		[[ ${TOOK[i]} ]] || look "$i"
		[[ ! ${TOOK[i]} ]] || continue
		eta=$(each "${spent[@]}")
		started=$SECONDS
		say "$((i + 1))/${#COMMITS[@]} $(cut -f 1 <<<"${ABOUT[i]}" | cut -c 1-12) $(cut -f 5 <<<"${ABOUT[i]}")${eta:+, about $(minutes $((eta * (todo - done)))) to go}"
		status=0
		"$TOP/scripts/point.sh" "$TREE" "${COMMITS[i]}" || status=$?
		((status != 2 && status != 130 && status != 143)) || exit "$status"
		look "$i"
		write_commits
		done=$((done + 1)) spent+=($((SECONDS - started)))
		if ((status)); then
			LAB_FAILED=3 failures=$((failures + 1))
			((failures < MAX_LAB_FAILURES)) || {
				say "the lab fails again and again: this ends here; the same command goes on"
				return
			}
		else
			failures=0
			say "$((i + 1))/${#COMMITS[@]}: $(awk -F '\t' '{print $1 ($2 == "" ? "" : ", " $2) ", build " $4 " s, measurement " $5 " s"}' <<<"${ROWS[i]}")"
		fi
	done
}

# what a commit took, builds included
times()
{
	columns "$DIR/commits.tsv" build_s measure_s outcome commit subject |
		awk -F '\t' '{n[$3]++}
			$1 != "-" {
				printf "  %6.1f s = %6.1f + %5.1f  %-10s  %.12s  %.60s\n",
					$1 + $2, $1, $2, $3, $4, $5
			}
			END {for (o in n) printf "  %d %s", n[o], o; print ""}'
}

say "make commits: builds, boots and measures commit by commit in $CACHE/commits;" \
	"results go to results/history"
"$TOP/scripts/deps.sh" bench
declare -a COMMITS ABOUT TREES ROWS TOOK
LAB_FAILED=0
DLAB=$(stage "dlab" "$TOP/scripts/dlab.sh")/dlab
keep "${DLAB%/dlab/dlab}"
export DLAB
set_setting
find_commits
describe
write_commits
measure_all
say "wall time of each commit: build and measurement"
times >&2
status=0
patiently "report" "$DLAB" history "$DIR" || status=$?
echo "$DIR"
exit $((LAB_FAILED ? LAB_FAILED : status))
