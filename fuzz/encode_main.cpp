// Encodes corpora for the build: text traces to the byte form that the fuzz targets read.
//
// Covers: FOLDER FILE.pool...: writes FOLDER/FILE for each; a folder of the same content again and again.
// Does not cover: what the poolproof command offers (its `encode` shares the functions used here).
#include "trace/codec.hpp"
#include "trace/text.hpp"

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& path) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        return std::nullopt;
    }
    std::string text;
    char block[4096];
    for (std::size_t read = sizeof block; read == sizeof block;) {
        read = std::fread(block, 1, sizeof block, file);
        text.append(block, read);
    }
    const bool good = std::ferror(file) == 0;
    std::fclose(file);
    return good ? std::optional(text) : std::nullopt;
}

bool write_file(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) {
        return false;
    }
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    return std::fclose(file) == 0 && written;
}

int fail(const fs::path& path, const std::string& what) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), what.c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: %s FOLDER FILE.pool...\n", argv[0]);
        return 2;
    }
    const fs::path folder = argv[1];
    for (int i = 2; i < argc; ++i) {
        const fs::path path = argv[i];
        const auto text = read_file(path);
        if (!text) {
            return fail(path, "cannot be read");
        }
        const poolproof::ParsedText parsed = poolproof::parse_text(*text);
        if (!parsed.ok) {
            return fail(path, "line " + std::to_string(parsed.line) + ": " + parsed.message);
        }
        const fs::path encoded = folder / path.stem();
        if (!write_file(encoded, poolproof::encode(parsed.trace))) {
            return fail(encoded, "cannot be written");
        }
    }
    return 0;
}
