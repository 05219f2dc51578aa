/* What Rust's library takes random octets from on Windows; Wine before 8.3 lacks it. */
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE octets, SIZE_T n) { return SystemFunction036(octets, (ULONG)n); }
