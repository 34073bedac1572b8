#include "codegen/code_cache.h"

#include <fcntl.h>
#include <llvm/Support/xxhash.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <vector>

namespace aipy::codegen {

namespace {

namespace fs = std::filesystem;

constexpr auto touched_every = std::chrono::hours(24);

// As long as an object file's alignment asks for: it is read where it lies behind this.
struct alignas(16) Header {
    std::array<char, 8> magic{'a', 'i', 'p', 'y', 'o', 'b', 'j', '1'};
    uint64_t size = 0;
    uint64_t checksum = 0;
    double making_ms = 0;
    bool operator==(const Header&) const = default;
};

Header header_of(llvm::StringRef object, double making_ms) {
    return {.size = object.size(), .checksum = llvm::xxh3_64bits(object), .making_ms = making_ms};
}

// Nobody but the user may write there: what lies in it is run.
bool is_private(const std::string& folder) {
    struct stat found{};
    if (stat(folder.c_str(), &found) != 0) return false;
    return S_ISDIR(found.st_mode) && found.st_uid == geteuid() && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::string private_folder(const char* name) {
    if (name == nullptr || *name == '\0') return {};
    std::error_code failed;
    if (!fs::exists(name, failed)) {
        fs::create_directories(name, failed);
        fs::permissions(name, fs::perms::owner_all, failed);
    }
    return is_private(name) ? name : std::string();
}

bool write_all(int file, const void* bytes, size_t size) {
    const auto* at = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t written = write(file, at, size);
        if (written <= 0) return false;
        at += written;
        size -= static_cast<size_t>(written);
    }
    return true;
}

bool write_file(const fs::path& path, llvm::StringRef object, double making_ms) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return false;
    const Header header = header_of(object, making_ms);
    const bool whole = write_all(file, &header, sizeof header) && write_all(file, object.data(), object.size());
    return close(file) == 0 && whole;
}

}  // namespace

CodeCache::CodeCache(const char* folder, uint64_t most_bytes)
    : folder_(private_folder(folder)), most_bytes_(most_bytes) {}

CodeCache::Kept CodeCache::find(const std::string& key) const {
    const fs::path path = fs::path(folder_) / key;
    auto file = llvm::MemoryBuffer::getFile(path.c_str(), false, false, true);
    if (!file) return {};
    llvm::StringRef content = (*file)->getBuffer();
    Header header;
    if (content.size() < sizeof header) return {};
    std::memcpy(&header, content.data(), sizeof header);
    llvm::StringRef object = content.drop_front(sizeof header);
    if (header != header_of(object, header.making_ms)) return {};
    std::error_code failed;
    const auto now = fs::file_time_type::clock::now();
    if (now - fs::last_write_time(path, failed) > touched_every) fs::last_write_time(path, now, failed);
    return {std::move(*file), {object, "aipy"}, header.making_ms};
}

void CodeCache::keep(const std::string& key, llvm::MemoryBufferRef object, double making_ms) const {
    const fs::path path = fs::path(folder_) / key;
    const fs::path written = path.string() + "." + std::to_string(getpid()) + "." + std::to_string(gettid());
    std::error_code failed;
    if (write_file(written, object.getBuffer(), making_ms))
        fs::rename(written, path, failed);
    else
        fs::remove(written, failed);
    // Looking at all files takes a while: one key in 64 does.
    if (key.starts_with("0") && key[1] < '4') drop_oldest();
}

// Down to three quarters of what is allowed.
void CodeCache::drop_oldest() const {
    struct File {
        fs::file_time_type time;
        uint64_t size;
        fs::path path;
    };
    std::vector<File> files;
    uint64_t total = 0;
    std::error_code failed;
    for (fs::directory_iterator at(folder_, failed), end; !failed && at != end; at.increment(failed)) {
        std::error_code gone;
        const uint64_t size = at->file_size(gone);
        const auto time = at->last_write_time(gone);
        if (gone) continue;
        files.push_back({time, size, at->path()});
        total += size;
    }
    if (total <= most_bytes_) return;
    std::ranges::sort(files, {}, &File::time);
    for (const File& file : files) {
        if (total <= most_bytes_ / 4 * 3) return;
        fs::remove(file.path, failed);
        total -= file.size;
    }
}

}  // namespace aipy::codegen
