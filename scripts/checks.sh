# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# check_NAME VALUE, for variables of scripts/variables: ends with a sentence that
# says what is wrong with it and what was probably meant.  From files alone, since
# nothing may be installed or built yet.

# meant WORD OTHERWISE NAME...: which of the names WORD stands for
meant()
{
	local name
	name=$(printf '%s\n' "${@:3}" | awk -v word="$1" -f "$TOP/scripts/nearest.awk")
	if [[ $name ]]; then echo "did you mean $name?"; else echo "$2"; fi
}

# all NAME...: "a, b and c"
all()
{
	local i
	for ((i = 1; i <= $#; i++)); do
		printf '%s' "${!i}"
		((i == $#)) || { ((i + 1 == $#)) && printf ' and ' || printf ', '; }
	done
}

# one_of NAME VALUE WHAT NAME...: VALUE is one of the names
one_of()
{
	local name
	for name in "${@:4}"; do [[ $name != "$2" ]] || return 0; done
	die "$1=$2: $3; $(meant "$2" "there are $(all "${@:4}")" "${@:4}")"
}

# number NAME VALUE MAX
number()
{
	[[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || die "$1=$2: must be 1 to $3"
	(($2 <= $3)) || die "$1=$2: must be 1 to $3"
}

# files DIR SUFFIX: names of the files of that kind below it
files()
{
	(cd "$TOP/$1" && find . -name "*$2" -printf '%P\n') | sed "s/\\$2\$//" | sort
}

topologies()
{
	local name names
	mapfile -t names < <(files workloads/topology .conf)
	for name in ${2//,/ }; do
		one_of "$1" "$name" "there is no workloads/topology/$name.conf" "${names[@]}"
	done
}

# beside NAME PATH: there is such a file or directory
beside()
{
	local near=()
	set -- "$1" "${2%/}"
	[[ ! -e $2 ]] || return 0
	[[ ! -d $(dirname "$2") ]] || mapfile -t near < <(find "$(dirname "$2")/" -mindepth 1 -maxdepth 1 2>/dev/null | sed 's|//*|/|g')
	[[ $2 == */* ]] || near=("${near[@]#./}")
	die "$1=$2: there is no such file or directory; $(meant "$2" "nothing beside it has such a name" "${near[@]}")"
}

# commit NAME COMMIT: one of KERNEL_SRC, as far as that is a git tree, or of the
# lab's clone of it
commit()
{
	local refs git=(git -C "${KERNEL_SRC:-/nonexistent}")
	"${git[@]}" rev-parse --git-dir >/dev/null 2>&1 || return 0
	if "${git[@]}" rev-parse -q --verify "$2^{commit}" >/dev/null; then return; fi
	if git -C "$(clone_of git "$(realpath "$KERNEL_SRC")")" \
		rev-parse -q --verify "$2^{commit}" >/dev/null 2>&1; then return; fi
	mapfile -t refs < <("${git[@]}" for-each-ref --format='%(refname:short)')
	die "$1: $KERNEL_SRC has no commit $2; $(meant "$2" "git log shows them" "${refs[@]}")"
}

# patterns NAME PATTERNS SUITE: the workloads that they begin with are in the suite
patterns()
{
	local pattern patterns workloads begin
	mapfile -t workloads < <({
		if [[ ${WORKLOAD:-} ]]; then echo "$WORKLOAD"; else
			sed -n 's/^workloads = //p' "$TOP/workloads/suites/$3.ini"
		fi
	} | tr ' ' '\n' | sort -u)
	read -ra patterns <<<"$2"
	for pattern in "${patterns[@]}"; do
		begin=${pattern%%[?*[]*}
		begin=${begin%%@*}
		[[ $'\n'$(printf '%s\n' "${workloads[@]}") != *$'\n'"$begin"* ]] || continue
		die "$1: no case of ${WORKLOAD:-suite $3} matches $pattern; $(meant "$begin" \
			"its workloads are $(all "${workloads[@]}")" "${workloads[@]}")"
	done
}

# program NAME PROGRAM: it can be run
program() { type -P "$2" >/dev/null || die "$1=$2: there is no such program"; }

check_SUITE()
{
	local names
	mapfile -t names < <(files workloads/suites .ini)
	one_of SUITE "$1" "there is no workloads/suites/$1.ini" "${names[@]}"
}

check_WORKLOAD()
{
	local names
	[[ ! ${SUITE:-} ]] || die "SUITE and WORKLOAD exclude each other"
	mapfile -t names < <(files workloads .ini)
	one_of WORKLOAD "$1" "there is no workloads/$1.ini" "${names[@]}"
}

check_BASE()
{
	local names=("$TOP"/kernel-series/*/base)
	names=("${names[@]%/base}")
	one_of BASE "$1" "there is no kernel-series/$1" "${names[@]##*/}"
}

check_RANGE()
{
	[[ $1 == ?*..?* && $1 != *...* ]] || die "RANGE=$1: give A..B"
	commit "RANGE=$1" "${1%%..*}"
	commit "RANGE=$1" "${1##*..}"
}

check_DMALAB_CACHE() { may_own "$1"; }

check_QEMU()
{
	local version
	program QEMU "$1"
	version=$("$1" --version 2>/dev/null | sed -nE '1s/.*version ([0-9]+\.[0-9]+).*/\1/p')
	[[ $version ]] || die "QEMU=$1: it does not say which version of QEMU it is"
	printf '%s\n' 7.2 "$version" | sort -C -V || die "QEMU=$1: it is $version, must be 7.2 or newer"
}

check_RESUME()
{
	local runs=("${RESULTS:-$TOP/results}"/runs/.partial-*)
	[[ -e ${runs[0]} ]] || die "RESUME=$1: no run is unfinished in ${RESULTS:-results}/runs"
	[[ $1 == last ]] || one_of RESUME "$1" "no such run is unfinished" last "${runs[@]##*/.partial-}"
}

check_RESULTS() { [[ -d $1 ]] || beside RESULTS "$(dirname "$1")"; }
check_TOPOLOGY() { topologies TOPOLOGY "$1"; }
check_IO_TOPOLOGIES() { topologies IO_TOPOLOGIES "$1"; }
check_CASES() { patterns CASES "$1" "${SUITE:-${targets[0]/bench/default}}"; }
check_CASE() { patterns CASE "$1" "${SUITE:-commits}"; }
check_KERNEL() { one_of KERNEL "$1" "the kernel is without or with the series" base tip; }
check_LAB() { one_of LAB "$1" "there is no such lab" vm native; }
check_DEPS() { one_of DEPS "$1" "packages are installed or not" yes no; }
check_BOOTS() { number BOOTS "$1" 1000; }
check_N() { number N "$1" 1000; }
check_FUZZ_SECONDS() { number FUZZ_SECONDS "$1" 100000000; }
check_KERNEL_SRC() { beside KERNEL_SRC "${1/#~\//$HOME/}"; }
check_PATCHES() { beside PATCHES "$1"; }
check_KDIR() { beside KDIR "$1"; }
check_SERIES() { beside SERIES "$1"; }
check_GOOD() { commit "GOOD=$1" "$1"; }
check_BAD() { commit "BAD=$1" "$1"; }
# a gcc that is not there is installed
check_CC() { [[ $1 == gcc ]] || program CC "${1%% *}"; }
