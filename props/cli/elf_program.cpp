// See elf_program.hpp.
#include "cli/elf_program.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

namespace poolproof {
namespace {

constexpr std::array<std::string_view, sanitizers> prefixes = {"__asan_", "__msan_", "__tsan_", "__ubsan_"};
constexpr char call_instruction = '\xe8'; // and four bytes of distance
constexpr std::uint64_t call_length = 5;

} // namespace

template <class T> bool ElfProgram::get(std::uint64_t offset, T& into) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof into) {
        return false;
    }
    std::memcpy(&into, bytes_.data() + offset, sizeof into);
    return true;
}

std::optional<ElfProgram> ElfProgram::read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    ElfProgram program;
    program.bytes_ = std::move(content).str();
    return file && program.read_sections() ? std::optional(std::move(program)) : std::nullopt;
}

bool ElfProgram::read_sections() {
    Elf64_Ehdr header;
    if (!get(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) {
        return false;
    }
    machine_ = header.e_machine;
    std::vector<std::uint32_t> names;
    for (unsigned i = 0; i < header.e_shnum; ++i) {
        Elf64_Shdr row;
        if (!get(header.e_shoff + i * sizeof row, row)) {
            return false;
        }
        const bool has_bytes = row.sh_type != SHT_NOBITS;
        if (has_bytes && (row.sh_offset > bytes_.size() || bytes_.size() - row.sh_offset < row.sh_size)) {
            return false;
        }
        names.push_back(row.sh_name);
        sections_.push_back({.name = {},
                             .type = row.sh_type,
                             .flags = row.sh_flags,
                             .address = row.sh_addr,
                             .offset = row.sh_offset,
                             .size = row.sh_size,
                             .link = row.sh_link});
    }
    if (header.e_shstrndx >= sections_.size()) {
        return false;
    }
    const Section strings = sections_[header.e_shstrndx];
    for (std::size_t i = 0; i < sections_.size(); ++i) {
        sections_[i].name = string_at(strings, names[i]);
    }
    return true;
}

std::string ElfProgram::string_at(const Section& strings, std::uint64_t offset) const {
    if (strings.type != SHT_STRTAB || offset >= strings.size) {
        return {};
    }
    const char* begin = bytes_.data() + strings.offset + offset;
    return {begin, strnlen(begin, strings.size - offset)};
}

std::uint64_t ElfProgram::size_of(std::string_view section) const {
    const auto found = std::ranges::find(sections_, section, &Section::name);
    return found == sections_.end() ? 0 : found->size;
}

bool ElfProgram::can_count_calls() const {
    return machine_ == EM_X86_64;
}

std::vector<ElfProgram::Callee> ElfProgram::sanitizer_symbols() const {
    std::vector<Callee> found;
    for (const Section& table : sections_) {
        if ((table.type != SHT_SYMTAB && table.type != SHT_DYNSYM) || table.link >= sections_.size()) {
            continue;
        }
        for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.size; at += sizeof(Elf64_Sym)) {
            Elf64_Sym symbol;
            if (!get(table.offset + at, symbol) || symbol.st_value == 0) {
                continue;
            }
            const std::string name = string_at(sections_[table.link], symbol.st_name);
            for (std::size_t i = 0; i < prefixes.size(); ++i) {
                if (name.starts_with(prefixes[i])) {
                    found.push_back({symbol.st_value, static_cast<Sanitizer>(i)});
                }
            }
        }
    }
    std::ranges::sort(found, {}, &Callee::address);
    return found;
}

std::array<unsigned, sanitizers> ElfProgram::sanitizer_calls() const {
    std::array<unsigned, sanitizers> calls = {};
    const std::vector<Callee> callees = sanitizer_symbols();
    for (const Section& code : sections_) {
        if ((code.flags & SHF_EXECINSTR) == 0 || code.type != SHT_PROGBITS) {
            continue;
        }
        const std::string_view bytes(bytes_.data() + code.offset, code.size);
        for (std::size_t at = bytes.find(call_instruction); at != std::string_view::npos;
             at = bytes.find(call_instruction, at + 1)) {
            std::int32_t distance = 0;
            if (!get(code.offset + at + 1, distance)) {
                break;
            }
            const std::uint64_t to = code.address + at + call_length + static_cast<std::uint64_t>(distance);
            const auto callee = std::ranges::lower_bound(callees, to, {}, &Callee::address);
            if (callee != callees.end() && callee->address == to) {
                ++calls[static_cast<std::size_t>(callee->sanitizer)];
            }
        }
    }
    return calls;
}

std::vector<std::string> ElfProgram::library_folders() const {
    std::vector<std::string> folders;
    for (const Section& table : sections_) {
        if (table.type != SHT_DYNAMIC || table.link >= sections_.size()) {
            continue;
        }
        Elf64_Dyn row;
        for (std::uint64_t at = 0; at < table.size && get(table.offset + at, row); at += sizeof row) {
            if (row.d_tag == DT_RPATH || row.d_tag == DT_RUNPATH) {
                folders.push_back(string_at(sections_[table.link], row.d_un.d_val));
            }
        }
    }
    return folders;
}

} // namespace poolproof
