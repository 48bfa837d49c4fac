// Structs as JSON (see json_fields.hpp).
// Does not cover: values, which depend on their types.
#include "report/json_fields.hpp"

namespace poolproof {
namespace {

Parsed document_of(const JsonForm& form, const std::string& name, std::string_view text) {
    try {
        return Parsed::parse(text);
    } catch (const Parsed::parse_error& error) {
        // "[json.exception.parse_error.101] parse error at line 1, column 2: what"
        const std::string_view what = error.what();
        const std::size_t at = what.find(" at line ");
        throw ResultError(false, fmt::format("{}: expected {} in JSON; it ends or goes wrong{}", name,
                                             form.what, at == std::string_view::npos ? "" : what.substr(at)));
    }
}

} // namespace

Parsed parsed(const JsonForm& form, const std::string& name, std::string_view text) {
    Parsed document = document_of(form, name, text);
    const auto format = document.is_object() ? document.find(form.key) : document.end();
    if (format == document.end() || !format->is_number_unsigned()) {
        throw ResultError(false, fmt::format("{}: /{}: expected the number {}, as {} writes it", name,
                                             form.key, form.version, form.writer));
    }
    if (*format != form.version) {
        const auto version = document.find("version");
        throw ResultError(true, fmt::format("{}: /{}: expected {}, got {}{}", name, form.key, form.version,
                                            format->get<std::uint64_t>(),
                                            version != document.end() && version->is_string()
                                                ? ", of poolproof " + version->get<std::string>()
                                                : std::string()));
    }
    return document;
}

} // namespace poolproof
