#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make mutants` on a toy: a file with three guards, of which tests see two.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

LAB=$WORK/lab TREE=$WORK/linux
export DMALAB_CACHE=$WORK/cache DEPS=no
mkdir -p "$LAB/bench/user/tests/"{data/mutants,guest} "$LAB/workloads/test" "$TREE"
cp -r scripts "$LAB"
touch "$LAB/workloads/test/kernel.ini" "$LAB/bench/user/tests/guest/a.c"
printf 'guard 1\n\n\n\nguard 2\n\n\n\nguard 3\n' >"$TREE/guards"
git_in() { git -C "$TREE" -c user.name=Somebody -c user.email=somebody@localhost "$@"; }
git_in init -q
git_in add guards
git_in commit -q -m base

# tool NAME: one of the lab's, on standard input
tool() { cat >"$LAB/scripts/$1"; chmod +x "$LAB/scripts/$1"; }
tool kernel-source.sh <<END
#!/bin/sh
echo $TREE
END
tool kernel-config.sh <<'END'
#!/bin/sh
END
tool kernel-build.sh <<'END'
#!/bin/sh
! grep -q broken "$1/guards" && echo "$1"
END
tool kit.sh <<'END'
#!/bin/sh
echo "$1"
END
tool dlab.sh <<END
#!/bin/sh
echo $LAB/scripts/toy/dlab
END
mkdir -p "$LAB/scripts/toy/dlab"
# dlab run --kit KIT ...: a test for each guard but the third
tool toy/dlab/dlab <<END
#!/bin/bash
echo x >>"$WORK/booted"
run=\$(mktemp -d)
mkdir -p "\$run/boot/ktap"
printf 'case\tstatus\treason\ntest/kernel\tok\t\n' >"\$run/boot/outcomes.tsv"
for n in 1 2; do
	grep -q "guard \$n" "\$3/guards" || printf 'not '
	echo "ok \$n - sees_\$n"
done >"\$run/boot/ktap/suite.txt"
echo "\$run"
END

# mutant NAME GUARD TEST [TEXT]: a patch that takes a guard out
mutant()
{
	git_in checkout -q -f .
	sed -i "s/guard $2/${4:-no guard here}/" "$TREE/guards"
	{
		printf 'From %040d Mon Sep 17 00:00:00 2001\nFrom: A <a@localhost>\n' 0
		printf 'Date: Thu, 1 Jan 2026 00:00:00 +0000\nSubject: [PATCH] %s\n\n' "no guard $2"
		printf 'Noticed-by: %s\n---\n\n' "$3"
		git_in diff
		printf -- '-- \n2\n'
	} >"$LAB/bench/user/tests/data/mutants/$1.patch"
	git_in checkout -q -f .
}
mutants() { "$LAB/scripts/mutants.sh" >"$WORK/table" 2>"$WORK/said"; }
row() { grep -qE "^$1  +$2\$" "$WORK/table" || { cat "$WORK/table" "$WORK/said"; false; }; }

mutant 01 1 suite.sees_1
mutant 02 2 suite.sees_2
check "guards that tests see are noticed" mutants
check "by the test that failed" row "no guard 1" suite.sees_1
check "without a mutant, and with each: three boots" test "$(wc -l <"$WORK/booted")" = 3
check "what is known is not done again" mutants
check "so there is no further boot" test "$(wc -l <"$WORK/booted")" = 3
mutant 03 3 suite.sees_3
check "a guard that nothing sees is a failure" exits 1 mutants
check "and is told" row "no guard 3" "none: suite.sees_3 should"
check "only that one was booted" test "$(wc -l <"$WORK/booted")" = 4
rm "$LAB"/bench/user/tests/data/mutants/03.patch
mutant 02 2 suite.sees_1
check "a test that should have noticed and did not is named" exits 1 mutants
check "with the one that did" row "no guard 2" "none: suite.sees_1 should, but suite.sees_2"
mutant 02 2 suite.sees_2 broken
check "what does not build is no success" exits 1 mutants
check "and is told as that" row "no guard 2" "does not build"
mutant 02 2 suite.sees_2
sed -i 's/^ guard 1/ guard x/; s/^-guard 2/-guard y/' "$LAB/bench/user/tests/data/mutants/02.patch"
check "nor is what does not apply" exits 1 mutants
check "which is told, too" row "no guard 2" "does not apply"
mutant 02 2 ""
check "a mutant that names no test is refused" exits 2 mutants
check "by its name" grep -q '02.patch does not say which test must notice' "$WORK/said"
