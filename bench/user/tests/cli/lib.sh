# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of the command share: TAP, a scratch directory, dlab.
# KIT (kernel and images) and DLAB (the command) come from scripts/test.sh.

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
n=0

# check NAME COMMAND...: one check
check()
{
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >"$WORK/out" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$WORK/out"
	fi
}

# exits STATUS COMMAND...: the command ends with that status
exits()
{
	local want=$1 got=0
	shift
	"$@" || got=$?
	[[ $got == "$want" ]] || { echo "exit status $got, not $want"; false; }
}

# says TEXT COMMAND...: the command fails and its message has the text
says()
{
	local text=$1 out
	shift
	out=$("$@" 2>&1) && { echo "did not fail"; false; return; }
	grep -qF -- "$text" <<<"$out" || { echo "$out"; false; }
}
