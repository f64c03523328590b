#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The table of keys in workloads/README.md, as `dlab list --keys` has them.
#   key-table.sh            prints it
#   key-table.sh --write    puts it into the file
# DLAB= names the command; without it, it is built.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

README=$TOP/workloads/README.md

table()
{
	"${DLAB:-$("$TOP/scripts/dlab.sh")/dlab}" list --keys | awk '
		/^[a-z]/ {
			name = $1
			sub(/:$/, "", name)
			about = $0
			sub(/^[^:]*: /, "", about)
			printf "%s### `%s`: %s\n\n", sep, name, about
			print "| key | default | |\n|---|---|---|"
			sep = "\n"
		}
		/^  / {
			key = $1
			value = $2 == "(required)" ? "must be given" : "`" $2 "`"
			sub(/^ +[^ ]+ +[^ ]+ +/, "")
			gsub(/\|/, "\\|")
			printf "| `%s` | %s | %s |\n", key, value, $0
		}'
}

case ${1:-} in
'')
	table
	;;
--write)
	table >"$README.keys"
	sed -i -e "/^<!-- keys: begin/r $README.keys" \
		-e '/^<!-- keys: begin/,/^<!-- keys: end/{//!d}' "$README"
	rm "$README.keys"
	;;
*)
	die "key-table.sh: there is only --write"
	;;
esac
