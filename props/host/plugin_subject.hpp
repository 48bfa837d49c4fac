// PluginSubject: an implementation behind the C interface, as a subject of this process.
//
// Covers: calls through the table, answers that are none, memory that the plugin does not look at itself.
// Does not cover: loading the plugin (host_main.cpp), batches (serve.cpp).
#pragma once

#include "isolation/window.hpp"
#include "subjects/subject.hpp"

#include <poolproof/subject.h>

#include <cstddef>
#include <cstdint>

namespace poolproof {

// Memory of this process, false when any byte of it is inaccessible. One pair for each operating system.
bool read_memory(std::uint64_t address, void* into, std::size_t bytes);
bool write_memory(std::uint64_t address, const void* from, std::size_t bytes);

class PluginSubject final : public Subject {
  public:
    // Neither is owned. The table is a sound one (see complaint_about).
    PluginSubject(const poolproof_subject& table, Window& window);

    std::string_view name() const override { return table_->description->name; }
    const Claims& claims() const override { return claims_; }
    bool reset(bool is_64_bit) override;
    Event call(const Call& call) override;
    bool peek(std::uint64_t address, std::span<std::uint8_t> into) override;
    bool poke(std::uint64_t address, std::span<const std::uint8_t> from) override;
    std::uint64_t foreign_address(Pointer pointer) const override;

    const poolproof_subject& table() const { return *table_; }

  private:
    Event touch(const Op& op, std::uint64_t address);

    const poolproof_subject* table_;
    Window* window_;
    Claims claims_;
    bool sees_faults_; // tells of faults by itself
};

// What is wrong with a table, or nullptr.
const char* complaint_about(const poolproof_subject* table);

} // namespace poolproof
