#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the READMEs say what the programs do?  Keys of drivers, examples of files,
# verbs, links.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

export DLAB
README=workloads/README.md

# part NAME: what stands between its marks in the README
part() { sed -e "1,/^<!-- $1: begin/d" -e "/^<!-- $1: end/,\$d" "$README"; }

# example N: the N-th example of a file in the README
example()
{
	awk -v want="$1" '/^```ini/ {n++; on = 1; next} /^```/ {on = 0}
		on && n == want' "$README"
}

missing_links()
{
	local file link target
	git ls-files -co --exclude-standard '*.md' | grep -v /golden/ | while read -r file; do
		grep -oE '\]\([^)#]+' "$file" | sed 's/^](//' | while read -r link; do
			target=$(dirname "$file")/$link
			[[ $link == *:* || -e $target ]] || echo "$file: $link"
		done
	done
}
no_missing_links() { [[ -z $(missing_links | tee /dev/stderr) ]]; }

undocumented_verbs()
{
	"$DLAB" --help | awk '/^  [a-z]/ {print $1}' | while read -r verb; do
		grep -q "^| \`$verb" bench/user/README.md || echo "$verb"
	done
}
every_verb() { [[ -z $(undocumented_verbs | tee /dev/stderr) ]]; }

# the kinds of boot that the command names when it is given none of them
undocumented_kinds()
{
	local kind
	printf '[workload]\ndriver = null\nkind = x\n' >"$WORK/w/x/kind.ini"
	"$DLAB" list --workloads "$WORK/w" --workload x/kind 2>&1 |
		sed 's/.*there are //; s/, / /g; s/ and / /' | tr ' ' '\n' |
		while read -r kind; do
			grep -q "^| \`$kind\` | " $README || echo "$kind"
		done
}
every_kind() { [[ -z $(undocumented_kinds | tee /dev/stderr) ]]; }

mkdir -p "$WORK"/w/{x,suites,topology}
check "the table of keys is that of dlab list --keys (scripts/key-table.sh --write)" \
	diff <(part keys) <(scripts/key-table.sh)
check "every kind of boot is explained" every_kind
example 1 >"$WORK/w/x/example.ini"
check "the example of a workload loads" grep -cF 'x/example[path=sg-pre,size=128k]' \
	<("$DLAB" list --workloads "$WORK/w" --workload x/example)
cp -r workloads/topology workloads/map "$WORK/w"
example 2 >"$WORK/w/suites/example.ini"
check "the example of a suite loads" grep -x vm-vtd-strict-count-1 \
	<("$DLAB" list --workloads "$WORK/w" --suite example)
example 3 >"$WORK/w/topology/example.conf"
check "the example of a topology loads" grep -A 2 -x example \
	<("$DLAB" list --workloads "$WORK/w" --topologies)
"$DLAB" list --workload null/harness --cases >"$WORK/cases"
example 4 | grep -v domain >"$WORK/config.local"
check "the example of config.local loads" "$DLAB" measure --cases "$WORK/cases" \
	--machine "$WORK/config.local" --out "$WORK"
check "every verb is in the README of the programs" every_verb
check "every link leads somewhere" no_missing_links
