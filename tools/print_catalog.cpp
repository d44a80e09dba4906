// Prints the catalogue; run at build time.
#include <cstdio>

#include "catalog/catalog_json.hpp"

int main() { std::puts(mlsec::catalog::catalog_json().c_str()); }
