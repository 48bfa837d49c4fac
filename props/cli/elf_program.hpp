// What an ELF program tells without being run: its sections, its calls into sanitizers, where it looks for
// libraries.
//
// Covers: 64-bit little-endian programs; calls are counted in x86-64 code, as a disassembler would show them:
// direct calls to a symbol. Does not cover: calls through a table, stripped programs that export nothing.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace poolproof {

enum class Sanitizer : std::uint8_t { address, memory, thread, undefined };
inline constexpr std::size_t sanitizers = 4;
inline constexpr std::array<std::string_view, sanitizers> sanitizer_names = {"address", "memory", "thread",
                                                                             "undefined"};

class ElfProgram {
  public:
    // Nothing when it is no such program.
    static std::optional<ElfProgram> read(const std::filesystem::path& path);

    // Bytes of the section; 0 when there is none.
    std::uint64_t size_of(std::string_view section) const;
    bool can_count_calls() const;
    std::array<unsigned, sanitizers> sanitizer_calls() const;
    // Folders that it brings along for the search of its libraries, as they stand in it.
    std::vector<std::string> library_folders() const;

  private:
    struct Section {
        std::string name;
        std::uint32_t type = 0;
        std::uint64_t flags = 0;
        std::uint64_t address = 0;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint32_t link = 0;
    };
    struct Callee {
        std::uint64_t address = 0;
        Sanitizer sanitizer = Sanitizer::address;
    };

    bool read_sections();
    std::vector<Callee> sanitizer_symbols() const;
    std::string string_at(const Section& strings, std::uint64_t offset) const;
    template <class T> bool get(std::uint64_t offset, T& into) const;

    std::string bytes_;
    std::uint16_t machine_ = 0;
    std::vector<Section> sections_;
};

} // namespace poolproof
