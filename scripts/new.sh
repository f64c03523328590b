#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make new-path NAME=x` and its kin: a file from scripts/templates, and its
# line where such things are listed.
#   new.sh path|desc|workload|topology|driver NAME
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

KIND=${1:?usage: new.sh path|desc|workload|topology|driver NAME}
NAME=${2:-}
SYM=${NAME//-/_}
WORD='[a-z][a-z0-9]*(-[a-z0-9]+)*'
WORDS='[a-z][a-z0-9]*([-_][a-z0-9]+)*'
# DMALAB_NAME_LEN of the module, with its final zero
MAX=31

# bad WHY: the name will not do
bad() { die "make new-$KIND NAME=$NAME: $*"; }

# like PATTERN EXAMPLE: the name has that form
like()
{
	[[ $NAME ]] || die "make new-$KIND needs a name, such as NAME=$2"
	[[ $NAME =~ ^$1$ ]] ||
		bad "a name is like $2: lower case and digits, in words of that form"
	((${#NAME} <= MAX)) || bad "a name has at most $MAX characters"
}

# create TEMPLATE FILE: the file, with the name in it
create()
{
	[[ ! -e $TOP/$2 ]] || bad "there is $2 already"
	mkdir -p "$(dirname "$TOP/$2")"
	sed "s|@NAME@|$NAME|g; s|@SYM@|$SYM|g" \
		"$TOP/scripts/templates/$1" >"$TOP/$2"
	say "new: $2"
}

# register FILE AFTER LINE: a line after the last one that matches AFTER
register()
{
	local at
	at=$(grep -n -- "$2" "$TOP/$1" | tail -n 1 | cut -d: -f1)
	[[ $at ]] || die "$1 has no line like $2 to add after"
	sed -i "${at}a\\$3" "$TOP/$1"
	say "new: a line in $1:" "${3//[$'\t\\']/}"
}

case $KIND in
path)
	like "$WORD" iova
	create path.c "bench/kmod/paths/$NAME.c"
	register bench/kmod/paths/list.h '^DMALAB_PATH(' "DMALAB_PATH($SYM);"
	say "next: write it; try it with" \
		"make new-workload NAME=map/$NAME and a key path = $NAME there"
	;;
desc)
	like "$WORD" nvme-prp
	create desc.c "bench/kmod/descs/$NAME.c"
	register bench/kmod/descs/list.h '^DMALAB_DESC(' "DMALAB_DESC($SYM);"
	say "next: write it, and its tests in bench/kmod/tests/desc_test.c"
	;;
workload)
	like "$WORDS/$WORDS" map/scattered
	[[ ! $NAME =~ ^(suites|topology)/ ]] ||
		bad "workloads/${NAME%/*} is no group of workloads"
	create workload.ini "workloads/$NAME.ini"
	say "next: make bench WORKLOAD=$NAME; name it in workloads/suites/*.ini" \
		"for a suite to have it"
	;;
topology)
	like "$WORD" vm-vtd-strict
	[[ $NAME != any && $NAME != suite ]] ||
		bad "it means something else in workloads/suites"
	create topology.conf "workloads/topology/$NAME.conf"
	say "next: make bench SUITE=smoke TOPOLOGY=$NAME"
	;;
driver)
	like '[a-z][a-z0-9]*(_[a-z0-9]+)*' nvme_uring
	create driver.c "bench/user/drivers/$NAME.c"
	register bench/user/lib/drivers.c '^extern const struct dlab_driver ' \
		"extern const struct dlab_driver dlab_driver_$SYM;"
	register bench/user/lib/drivers.c '^	&dlab_driver_' \
		"\\	&dlab_driver_$SYM,"
	say "next: make dlab, then scripts/key-table.sh --write"
	;;
*)
	die "new.sh: there are path, desc, workload, topology and driver"
	;;
esac
