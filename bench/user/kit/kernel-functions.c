// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions is a kernel made of, and is the code of each the same as in
 * another build?  Reads the names of object files, as the build left them, from
 * standard input; prints a line for each file of the source:
 *
 *	drivers/iommu/iova.c<TAB>alloc_iova:5f0c2a11,free_iova:88e3d0b4
 *
 * The number is a hash of the function's instructions in which every address is
 * replaced by what it is the address of: a function that only moved has the same.
 */
#include <elf.h>
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An object file: its sections, its symbols, its functions. */
struct object {
	Elf *elf;
	size_t names;	/* section of the sections' names */
	Elf_Data *symbols;
	size_t nr_symbols;
	size_t strings;	/* section of the symbols' names */
	bool is_c;
};

/* Where in the code an address is to be filled in. */
struct patch {
	uint64_t at;
	size_t len;
	const Elf64_Rela *rela;
};

static struct patch *patches;
static size_t nr_patches;

/* ---- the hash: FNV-1a */

static void mix(uint32_t *hash, const void *p, size_t len)
{
	const unsigned char *c = p;

	while (len--)
		*hash = (*hash ^ *c++) * 16777619U;
}

/* Without what the compiler appends: f.isra.0 is f. */
static void mix_name(uint32_t *hash, const char *name)
{
	mix(hash, name, *name ? 1 + strcspn(name + 1, ".") : 0);
	mix(hash, "", 1);
}

/* ---- symbols */

static const char *section_name(const struct object *o, size_t i)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_getscn(o->elf, i);

	if (!scn || !gelf_getshdr(scn, &shdr))
		return "";
	return elf_strptr(o->elf, o->names, shdr.sh_name) ?: "";
}

static const char *symbol_name(const struct object *o, const GElf_Sym *s)
{
	return elf_strptr(o->elf, o->strings, s->st_name) ?: "";
}

static bool is_function(const GElf_Sym *s)
{
	return GELF_ST_TYPE(s->st_info) == STT_FUNC && s->st_size;
}

/* The function of a section that an offset is in. */
static bool function_at(const struct object *o, size_t section, uint64_t at,
			GElf_Sym *out)
{
	for (size_t i = 0; i < o->nr_symbols; i++)
		if (gelf_getsym(o->symbols, (int)i, out) && is_function(out) &&
		    out->st_shndx == section && at >= out->st_value &&
		    at - out->st_value < out->st_size)
			return true;
	return false;
}

/* What an address is of; static data and strings have no more than a section. */
static void mix_target(const struct object *o, const Elf64_Rela *rela,
		       uint32_t *hash)
{
	uint32_t type = ELF64_R_TYPE(rela->r_info);
	GElf_Sym s, f;
	bool relative = type == R_X86_64_PC32 || type == R_X86_64_PLT32;

	mix(hash, &type, sizeof(type));
	if (!gelf_getsym(o->symbols, (int)ELF64_R_SYM(rela->r_info), &s))
		return;
	if (GELF_ST_TYPE(s.st_info) != STT_SECTION) {
		mix_name(hash, symbol_name(o, &s));
		mix(hash, &rela->r_addend, sizeof(rela->r_addend));
	} else if (function_at(o, s.st_shndx,
			       (uint64_t)(rela->r_addend + (relative ? 4 : 0)),
			       &f)) {
		mix_name(hash, symbol_name(o, &f));
	} else {
		mix_name(hash, section_name(o, s.st_shndx));
	}
}

/* ---- code */

/*
 * A jump or call to the start of a function in the same section has its distance
 * filled in by the assembler.  How many bytes the distance has is returned, or 0.
 */
static size_t branch(const unsigned char *p, uint64_t left, int64_t *distance)
{
	int32_t far;

	if ((*p == 0xe8 || *p == 0xe9) && left >= 5) {
		memcpy(&far, p + 1, 4);
		*distance = far;
		return 4;
	}
	if (*p >= 0x80 && *p <= 0x8f && left >= 5) {
		memcpy(&far, p + 1, 4);
		*distance = far;
		return 4;
	}
	if ((*p == 0xeb || (*p >= 0x70 && *p <= 0x7f)) && left >= 2) {
		*distance = (int8_t)p[1];
		return 1;
	}
	return 0;
}

/* Return: bytes of code that are hashed: an opcode and a distance, or one */
static size_t mix_code(const struct object *o, const GElf_Sym *f,
		       const unsigned char *code, uint64_t at, uint64_t end,
		       uint32_t *hash)
{
	int64_t distance;
	size_t len = branch(code + at, end - at, &distance);
	GElf_Sym to;

	mix(hash, code + at, 1);
	if (!len)
		return 1;
	distance += (int64_t)(at + 1 + len);
	if (distance < 0 || !function_at(o, f->st_shndx, (uint64_t)distance, &to) ||
	    to.st_value != (uint64_t)distance || to.st_value == f->st_value)
		return 1;
	mix_name(hash, symbol_name(o, &to));
	return 1 + len;
}

static uint32_t hash_function(const struct object *o, const GElf_Sym *f,
			      const unsigned char *code)
{
	uint64_t at = f->st_value, end = f->st_value + f->st_size;
	uint32_t hash = 2166136261U;
	size_t p = 0;

	while (p < nr_patches && patches[p].at < at)
		p++;
	while (at < end) {
		uint64_t stop = p < nr_patches && patches[p].at < end ?
					patches[p].at : end;

		while (at < stop)
			at += mix_code(o, f, code, at, stop, &hash);
		if (stop == end)
			break;
		mix_target(o, patches[p].rela, &hash);
		at = patches[p].at + patches[p].len;
		p++;
	}
	return hash;
}

/* ---- what is to be filled in where */

static int patch_order(const void *a, const void *b)
{
	const struct patch *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static void read_patches(const struct object *o, size_t section)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;

	nr_patches = 0;
	while ((scn = elf_nextscn(o->elf, scn))) {
		Elf_Data *data = elf_getdata(scn, NULL);
		const Elf64_Rela *v;
		size_t nr;

		if (!gelf_getshdr(scn, &shdr) || shdr.sh_type != SHT_RELA ||
		    shdr.sh_info != section || !data)
			continue;
		v = data->d_buf;
		nr = data->d_size / sizeof(*v);
		patches = reallocarray(patches, nr_patches + nr + 1,
				       sizeof(*patches));
		if (!patches)
			error(1, 0, "out of memory");
		for (size_t i = 0; i < nr; i++)
			patches[nr_patches++] = (struct patch){
				.at = v[i].r_offset,
				.len = ELF64_R_TYPE(v[i].r_info) ==
					R_X86_64_64 ? 8 : 4,
				.rela = &v[i],
			};
	}
	if (nr_patches)
		qsort(patches, nr_patches, sizeof(*patches), patch_order);
}

/* ---- an object */

/* What the macros of a tracepoint make, which is nobody's code. */
static bool is_of_tracepoint(const char *name)
{
	static const char *const made[] = {
		"__bpf_trace_", "__probestub_", "__traceiter_", "perf_trace_",
		"trace_event_get_offsets_", "trace_event_raw_event_",
		"trace_raw_output_",
	};

	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++)
		if (!strncmp(name, made[i], strlen(made[i])))
			return true;
	return false;
}

/* What runs once at boot is left out, and so is what replaces other code. */
static bool is_code(const struct object *o, size_t i, const GElf_Shdr *shdr)
{
	const char *name = section_name(o, i);

	return shdr->sh_type == SHT_PROGBITS &&
	       (shdr->sh_flags & SHF_EXECINSTR) &&
	       strncmp(name, ".init", 5) && strncmp(name, ".exit", 5) &&
	       strncmp(name, ".altinstr", 9) && strncmp(name, ".discard", 8);
}

/* Return: functions that were printed */
static size_t print_section(const struct object *o, const char *file, size_t i,
			    size_t printed)
{
	Elf_Scn *scn = elf_getscn(o->elf, i);
	Elf_Data *code = elf_getdata(scn, NULL);
	GElf_Sym s;

	if (!code || !code->d_buf)
		return printed;
	read_patches(o, i);
	for (size_t k = 0; k < o->nr_symbols; k++) {
		if (!gelf_getsym(o->symbols, (int)k, &s) || !is_function(&s) ||
		    s.st_shndx != i ||
		    s.st_value + s.st_size > code->d_size ||
		    is_of_tracepoint(symbol_name(o, &s)))
			continue;
		if (!printed++)
			printf("%.*s.%s\t", (int)strlen(file) - 2, file,
			       o->is_c ? "c" : "S");
		else
			putchar(',');
		printf("%s:%08" PRIx32, symbol_name(o, &s),
		       hash_function(o, &s, code->d_buf));
	}
	return printed;
}

/* Symbols, and whether the compiler made it: it names the source. */
static void read_symbols(struct object *o)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;
	GElf_Sym s;

	while ((scn = elf_nextscn(o->elf, scn))) {
		if (!gelf_getshdr(scn, &shdr) || shdr.sh_type != SHT_SYMTAB)
			continue;
		o->symbols = elf_getdata(scn, NULL);
		o->nr_symbols = shdr.sh_size / shdr.sh_entsize;
		o->strings = shdr.sh_link;
	}
	for (size_t i = 0; i < o->nr_symbols; i++)
		if (gelf_getsym(o->symbols, (int)i, &s) &&
		    GELF_ST_TYPE(s.st_info) == STT_FILE)
			o->is_c |= !!strstr(symbol_name(o, &s), ".c");
}

static void print_object(const char *file)
{
	struct object o = { 0 };
	size_t nr, printed = 0;
	GElf_Shdr shdr;
	GElf_Ehdr ehdr;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		error(1, errno, "cannot open %s", file);
	o.elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!o.elf || !gelf_getehdr(o.elf, &ehdr) ||
	    ehdr.e_machine != EM_X86_64 || ehdr.e_type != ET_REL ||
	    elf_getshdrnum(o.elf, &nr) || elf_getshdrstrndx(o.elf, &o.names))
		error(1, 0, "%s is no object file for x86-64", file);
	read_symbols(&o);
	for (size_t i = 1; i < nr; i++)
		if (gelf_getshdr(elf_getscn(o.elf, i), &shdr) &&
		    is_code(&o, i, &shdr))
			printed = print_section(&o, file, i, printed);
	if (printed)
		putchar('\n');
	elf_end(o.elf);
	close(fd);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	elf_version(EV_CURRENT);
	puts("file\tfunctions");
	while ((len = getline(&line, &size, stdin)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (len > 3)
			print_object(line);
	}
	free(line);
	free(patches);
	if (ferror(stdin) || fflush(stdout) || ferror(stdout))
		error(1, errno, "cannot list functions");
	return 0;
}
