// See folders.hpp.
#include "night/folders.hpp"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace poolproof {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view old_mark = ".old"; // of a corpus that is being replaced

[[noreturn]] void fail(const fs::path& file, int error = errno) {
    throw std::system_error(error, std::generic_category(), file.string());
}

// FNV-1a.
std::uint64_t hash_of(std::string_view content) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : content) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
    return hash;
}

std::string name_by_content(std::string_view content) {
    char name[24];
    std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(hash_of(content)));
    return name;
}

fs::path made(const fs::path& folder) {
    fs::create_directories(folder);
    return folder;
}

} // namespace

Extent extent_of(const fs::path& folder) {
    Extent extent;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (entry.is_regular_file(error)) {
            ++extent.files;
            extent.bytes += entry.file_size(error);
        }
    }
    return extent;
}

std::string read_whole(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad()) {
        fail(file, errno == 0 ? EIO : errno);
    }
    return content;
}

void write_whole(const fs::path& file, std::string_view content) {
    const fs::path fresh = file.string() + ".new";
    const int descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        fail(file);
    }
    for (std::string_view rest = content; !rest.empty();) {
        const ssize_t written = write(descriptor, rest.data(), rest.size());
        if (written <= 0) {
            const int error = errno;
            close(descriptor);
            unlink(fresh.c_str());
            fail(file, error);
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    const bool arrived = fsync(descriptor) == 0;
    const int error = errno;
    close(descriptor);
    if (!arrived) {
        fail(file, error);
    }
    fs::rename(fresh, file);
}

NightFolder::NightFolder(const fs::path& root) : root_(fs::absolute(root).lexically_normal()) {
    for (const char* folder : {"nights", "corpus", "crashes", "findings", "logs", "scratch"}) {
        made(root_ / folder);
    }
    const fs::path lock = root_ / "lock";
    lock_ = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock_ < 0) {
        fail(lock);
    }
    if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        close(lock_);
        throw FolderBusy(root_.string() + " is used by another nightly job");
    }
    mend();
}

NightFolder::~NightFolder() {
    close(lock_);
}

fs::path NightFolder::corpus(const std::string& target) const {
    return made(root_ / "corpus" / target);
}

fs::path NightFolder::crashes(const std::string& target) const {
    return made(root_ / "crashes" / target);
}

fs::path NightFolder::scratch(const std::string& name) const {
    return made(root_ / "scratch" / name);
}

fs::path NightFolder::empty_scratch(const std::string& name) const {
    fs::remove_all(root_ / "scratch" / name);
    return scratch(name);
}

void NightFolder::add_to_corpus(const std::string& target, const fs::path& from) const {
    const fs::path corpus_folder = corpus(target);
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(from, error)) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const std::string content = read_whole(entry.path());
        const fs::path kept = corpus_folder / name_by_content(content);
        if (!fs::exists(kept)) {
            const fs::path fresh = root_ / "scratch" / "fresh_input";
            fs::copy_file(entry.path(), fresh, fs::copy_options::overwrite_existing);
            fs::rename(fresh, kept);
        }
    }
}

void NightFolder::drop_crashes_from_corpus(const std::string& target) const {
    for (const fs::directory_entry& entry : fs::directory_iterator(crashes(target))) {
        if (entry.is_regular_file()) {
            const std::string name = entry.path().filename().string();
            fs::remove(corpus(target) / name_by_content(read_whole(entry.path())));
            fs::remove(corpus(target) / name.substr(name.find('-') + 1)); // as libFuzzer names it
        }
    }
}

void NightFolder::replace_corpus(const std::string& target, const fs::path& by) const {
    const fs::path current = corpus(target);
    const fs::path old = current.string() + std::string(old_mark);
    fs::rename(current, old);
    fs::rename(by, current);
    fs::remove_all(old);
}

void NightFolder::mend() const {
    std::vector<fs::path> left;
    for (const fs::directory_entry& entry : fs::directory_iterator(root_ / "corpus")) {
        if (entry.path().string().ends_with(old_mark)) {
            left.push_back(entry.path());
        }
    }
    for (const fs::path& old : left) {
        const fs::path current = old.parent_path() / old.stem();
        if (fs::exists(current)) {
            fs::remove_all(old); // the new one had come
        } else {
            fs::rename(old, current);
        }
    }
}

} // namespace poolproof
