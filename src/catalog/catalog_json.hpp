// Everything that exists, as JSON: for the types, the command line, the forms and the documentation.
#pragma once

#include <string>

namespace mlsec::catalog {

/// Not part of the shipped WebAssembly: tools/print_catalog.cpp writes it once, at build time.
std::string catalog_json();

}  // namespace mlsec::catalog
