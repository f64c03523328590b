#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A guest plays the lab machine: LAB=native measures the kernel that is booted.
# Speaks KTAP; needs dmalab.ko loaded and a machine file in /job.
R=/tmp/native
n=0

check()
{
	name=$1
	shift
	n=$((n + 1))
	if "$@" >/tmp/said 2>&1; then
		echo "ok $n $name"
	else
		echo "not ok $n $name"
		sed 's/^/# /' /tmp/said
	fi
}

has() { grep -q "$1" "$R/latest/$2"; }

cd / || exit 1
echo "KTAP version 1"
check "a native run ends well" dlab run --suite smoke --machine /job/machine.ini \
	--results $R
check "it is labelled as one" has '"lab": "native"' run.json
check "its kernel is the one that is booted" has "$(uname -r)" run.json
check "it has counted" has '^map/smoke@native\[path=page,size=4k\].op_insns.insns.*.ok' \
	summary.tsv
check "a report can be made of it" dlab report $R/latest --format mail
echo "1..$n"
