/* Archives. */
#include "runtime/emit/emit_library.h"

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- the symbols of an object ------------------------------------------------------- */

/* Copies a structure at `offset`, wherever it lies; false if it is not within the object. */
static bool read_at(const LibraryObject *object, uint64_t offset, void *out, size_t size)
{
    if (offset > object->size || size > object->size - offset) return false;
    memcpy(out, object->bytes + offset, size);
    return true;
}

static bool read_section(const LibraryObject *object, const Elf64_Ehdr *header, unsigned i,
                         Elf64_Shdr *out)
{
    return i < header->e_shnum &&
           read_at(object, header->e_shoff + (uint64_t)i * sizeof *out, out, sizeof *out);
}

/* The name at `offset` of a string section, or NULL if it does not end within it. */
static const char *read_name(const LibraryObject *object, const Elf64_Shdr *strings,
                             uint64_t offset)
{
    if (strings->sh_offset > object->size || strings->sh_size > object->size - strings->sh_offset ||
        offset >= strings->sh_size)
        return NULL;
    const char *const name = object->bytes + strings->sh_offset + offset;
    return memchr(name, 0, strings->sh_size - offset) ? name : NULL;
}

/* Appends the NUL-terminated names of the global symbols that section `table` defines. */
static bool add_symbols(Text *names, int *count, const LibraryObject *object,
                        const Elf64_Ehdr *header, const Elf64_Shdr *table)
{
    Elf64_Shdr strings;
    if (!read_section(object, header, table->sh_link, &strings)) return false;
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table->sh_size; at += sizeof(Elf64_Sym)) {
        Elf64_Sym symbol;
        if (!read_at(object, table->sh_offset + at, &symbol, sizeof symbol)) return false;
        const unsigned binding = ELF64_ST_BIND(symbol.st_info);
        if (symbol.st_shndx == SHN_UNDEF || (binding != STB_GLOBAL && binding != STB_WEAK))
            continue;
        const char *const name = read_name(object, &strings, symbol.st_name);
        if (!name) return false;
        text_add_bytes(names, name, strlen(name) + 1);
        ++*count;
    }
    return true;
}

static bool find_symbols(Text *names, int *count, const LibraryObject *object)
{
    Elf64_Ehdr header;
    if (!read_at(object, 0, &header, sizeof header) ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB)
        return false;
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section;
        if (!read_section(object, &header, i, &section)) return false;
        if (section.sh_type == SHT_SYMTAB && !add_symbols(names, count, object, &header, &section))
            return false;
    }
    return true;
}

/* -- archives ------------------------------------------------------------------------- */

/* The ar format (System V, as GNU and LLVM write it): a member is a header of 60 characters, its
   bytes, and a newline if they are odd in number. Member "/" is the symbol index: the number of symbols and
   for each the offset of its member, 32 bits big-endian, then their names. Names
   longer than 15 characters are in member "//". */
enum { AR_MAGIC_SIZE = 8, AR_HEADER_SIZE = 60, AR_NAME_MAX = 15 };

static size_t padded(size_t size) { return size + (size & 1); }

static void add_member_header(Text *out, const char *name, size_t size)
{
    /* Time, owner and group 0, so that equal inputs give equal archives. */
    text_add(out, "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", name, 0, 0, 0, "644", size);
}

static void add_member_bytes(Text *out, const char *bytes, size_t size)
{
    text_add_bytes(out, bytes, size);
    if (size & 1) text_add_bytes(out, "\n", 1);
}

static void add_big_endian(Text *out, uint32_t value)
{
    const char bytes[4] = {(char)(value >> 24), (char)(value >> 16), (char)(value >> 8),
                           (char)value};
    text_add_bytes(out, bytes, sizeof bytes);
}

Status emit_archive(Text *out, const LibraryObject *object, int n, Err *err)
{
    Text symbols = {0}, long_names = {0}, offsets = {0};
    int *symbol_count = xcalloc((size_t)n, sizeof *symbol_count), n_symbols = 0;
    Status status = OK;
    for (int i = 0; i < n; i++) {
        if (!find_symbols(&symbols, &symbol_count[i], &object[i])) {
            status = fail(err, ERR_INPUT, "'%s' is not an object file that an archive can hold",
                          object[i].name);
            goto done;
        }
        n_symbols += symbol_count[i];
        if (strlen(object[i].name) > AR_NAME_MAX) text_add(&long_names, "%s/\n", object[i].name);
    }

    const size_t index_size = 4 + 4 * (size_t)n_symbols + symbols.length;
    size_t at = AR_MAGIC_SIZE + AR_HEADER_SIZE + padded(index_size);
    if (long_names.length) at += AR_HEADER_SIZE + padded(long_names.length);
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < symbol_count[i]; k++) add_big_endian(&offsets, (uint32_t)at);
        at += AR_HEADER_SIZE + padded(object[i].size);
        if (at > UINT32_MAX) {
            status = fail(err, ERR_LIMIT, "an archive of more than 4 GB has no index");
            goto done;
        }
    }

    text_add(out, "!<arch>\n");
    add_member_header(out, "/", index_size);
    add_big_endian(out, (uint32_t)n_symbols);
    text_add_bytes(out, offsets.data ? offsets.data : "", offsets.length);
    add_member_bytes(out, symbols.data ? symbols.data : "", symbols.length);
    if (long_names.length) {
        add_member_header(out, "//", long_names.length);
        add_member_bytes(out, long_names.data, long_names.length);
    }
    size_t long_at = 0;
    for (int i = 0; i < n; i++) {
        char name[24];
        const size_t length = strlen(object[i].name);
        if (length <= AR_NAME_MAX)
            snprintf(name, sizeof name, "%s/", object[i].name);
        else {
            snprintf(name, sizeof name, "/%zu", long_at);
            long_at += length + 2;
        }
        add_member_header(out, name, object[i].size);
        add_member_bytes(out, object[i].bytes, object[i].size);
    }

done:
    free(symbol_count);
    text_release(&symbols);
    text_release(&long_names);
    text_release(&offsets);
    return status;
}
