// Takes the place of the C++ runtime's own last words, which would bring all of printf into the WebAssembly. What
// gets here traps; the package then replaces the instance and says what to report.
extern "C" [[noreturn]] void abort_message(const char*, ...) { __builtin_trap(); }
