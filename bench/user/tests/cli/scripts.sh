#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the scripts stop at the first thing that fails, and say only that?
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

export DEPS=no DMALAB_CACHE=$WORK/cache

check "an unknown base is named" says "there is no kernel-series/9.9" \
	env BASE=9.9 make -s kernel
check "and ends it" bash -c '! BASE=9.9 make -s kernel 2>&1 | grep "kernel build"'
check "a source that is none is named" says "is not a kernel source" \
	env KERNEL_SRC=/dev/null scripts/kernel-source.sh
check "an unknown lab is named" says "there are vm and native" \
	env LAB=moon make -s bench
check "a kernel cannot be chosen where none is booted" says "leave out: BASE" \
	env LAB=native BASE=6.12 make -s bench
check "an unknown part of a soak is named" says "aa, fuzz, load, commits and io" \
	env PARTS=frob make -s soak
check "a bisection needs a case" says "give CASE=" make -s bisect
check "a range and patches are one too many" says "exclude each other" \
	env RANGE=a..b PATCHES=. scripts/range.sh
check "patches that are not there are named" says "no such file" \
	env PATCHES=/proc/nothing scripts/range.sh

# make table with kernels of which only the first can be had
T=$WORK/table
mkdir -p "$T/scripts"
cp scripts/{table.sh,lib.sh,cache.sh,variables} "$T/scripts"
cat >"$T/scripts/setup.sh" <<'SH'
[[ $BASE == 6.12 ]] && echo /kit || exit 2
SH
cat >"$T/scripts/dlab.sh" <<'SH'
dirname "$0"
SH
cat >"$T/scripts/dlab" <<'SH'
case $1 in
run) [[ $* == "run --suite table "*" --kit /kit" ]] && mkdir run && echo "$PWD/run" ;;
table) echo "table of $(basename -a "${@:2}")" ;;
esac
SH
sed -i '1i #!/usr/bin/env bash' "$T"/scripts/{setup.sh,dlab.sh,dlab}
chmod +x "$T"/scripts/*
table() { env -u BASE -u KERNEL -u KERNEL_SRC -u SUITE -u LAB -u RESUME "$T/scripts/table.sh"; }
check "make table chooses its kernels itself" says "leave out: BASE" \
	env BASE=6.12 make -s table
check "without a kernel it has another status" exits 2 table
rm -r "$T/run"
check "says which" says "Linux 7.2, KERNEL=base, cannot be had" table
rm -r "$T/run"
check "and shows what there is" grep -x "table of run" <(table 2>/dev/null)

# what fails says so once, whoever called it
F=$WORK/fails
mkdir -p "$F/scripts" "$F/kernel-series/6.12"
cp scripts/{setup.sh,lib.sh,cache.sh,progress.sh,variables} "$F/scripts"
printf '#!/usr/bin/env bash\necho /\n' | tee "$F"/scripts/{deps,dlab}.sh >/dev/null
cat >"$F/scripts/kernel-source.sh" <<'SH'
#!/usr/bin/env bash
set -euo pipefail
. "$(dirname "$0")/lib.sh"
[[ ! ${NEWEST:-} ]] || kill -9 $$
grep nothing /dev/null
SH
chmod +x "$F"/scripts/*.sh
failures() { "$F/scripts/setup.sh" lab 2>&1 | grep '^dmalab: '; }
check "what fails is said once, by the first" \
	grep -qx "dmalab: kernel-source.sh:[0-9]*: failed: grep nothing /dev/null" <<<"$(failures)"
check "and by nobody else" test "$(failures | wc -l)" = 1
check "what was killed is said by who waited for it" \
	grep -q 'failed: .*kernel-source.sh' <<<"$(NEWEST=yes failures)"
