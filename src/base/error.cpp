#include "base/error.hpp"

namespace mlsec::inline base {

Error::Error() = default;
Error::Error(ErrorCode given_code, std::string given_field, std::string given_message)
    : code(given_code), field(std::move(given_field)), message(std::move(given_message)) {}
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

}  // namespace mlsec::inline base
